using CompressTasks.Diagnostics;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Spec;

/// <summary>Makes stage records from checked values, and checks that the stages make sense together.</summary>
internal sealed class StageBinder(ICollection<Diagnostic> errors)
{
    private const long LeastMemory = 1 << 20;

    /// <returns>The stages that could be read.</returns>
    public IReadOnlyList<StageSpec> Bind(ListValue list)
    {
        var items = list.Items.Cast<ObjectValue>().ToList();
        var stages = items.Select(BindOne).OfType<StageSpec>().ToList();
        if (list.IsComplete && stages.Count == items.Count)
            CheckOrder([.. stages]);
        foreach (var options in items.Select(item => item["quantize"]).OfType<ObjectValue>().Where(options => options["for"] is null))
            CheckForOutputs(options);
        return stages;
    }

    /// <summary>Of a mapping that has a stage among its keys, the stage.</summary>
    private StageSpec? BindOne(ObjectValue value)
    {
        var field = value.Fields.FirstOrDefault(field => value.Schema!.ExactlyOneOf.Contains(field.Name));
        return field?.Value is ObjectValue options ? Create(field.Name, options, field.NameAt) : null;
    }

    private StageSpec? Create(string name, ObjectValue options, SourceLocation at) => name switch
    {
        "gaussian" => new GaussianSpec((int)options.Number("components"), (int)options.Number("block"), options.Choice<GaussianFreedom>("free"), at),
        "pca" => new PcaSpec(
            (int?)options.OptionalNumber("components"),
            options.OptionalNumber("keep"),
            options.OptionalNumber("variance"),
            options.Choice<PcaWeighting>("weighting"),
            at),
        "haar" => new HaarSpec(options.Number("keep"), options.Choice<TransformAxis>("axis"), at),
        "dct" => new DctSpec(options.Number("keep"), options.Choice<TransformAxis>("axis"), at),
        "recursive" =>
            BindOne(options) is { } inner ? new RecursiveSpec(inner, (int)options.Number("maxLevels"), options.Number("minGain"), at) : null,
        "residual" => new ResidualSpec(options.Number("r2"), at),
        "quantize" => BindQuantize(options, at),
        "lossless" => new LosslessSpec(at),
        "integer" => BindInteger(options, at),
        "float16" => BindFloat16(options, at),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>What rewrites the graph comes first; the others are the stack of the weights that it does not fit.</summary>
    private void CheckOrder(List<StageSpec> stages)
    {
        foreach (var late in stages.Skip(1).Where(stage => stage is IntegerSpec or Float16Spec))
            errors.Add(SpecDiagnostics.RewritingIsNotFirst(late.Name, late.At));
        if (stages.Count > 0 && stages[0] is IntegerSpec or Float16Spec)
            stages.RemoveAt(0);
        for (var i = 0; i < stages.Count; i++)
        {
            if (stages[i] is QuantizeSpec or LosslessSpec && stages.Count > 1)
                errors.Add(SpecDiagnostics.MustBeOnlyStage(stages[i].Name, stages[i].At));
            if (stages[i] is ResidualSpec && i == 0)
                errors.Add(SpecDiagnostics.ResidualIsFirst(stages[i].At));
            else if (stages[i] is ResidualSpec && i < stages.Count - 1)
                errors.Add(SpecDiagnostics.ResidualIsNotLast(stages[i].At));
            var inner = stages[i] is RecursiveSpec recursive ? recursive.Inner : stages[i];
            if (i > 0 && stages[i - 1] is GaussianSpec gaussian && inner is PcaSpec { Components: { } components }
                && components > gaussian.ParametersPerBlock)
                errors.Add(SpecDiagnostics.MoreComponentsThanColumns(components, gaussian.ParametersPerBlock, inner.At));
        }
    }

    private void CheckForOutputs(ObjectValue options)
    {
        foreach (var key in new[] { "calibration", "calibrationMemory", "calibrationBlock", "calibrationPatches", "maxTime" })
        {
            if (options.Find(key) is { } field)
                errors.Add(SpecDiagnostics.OnlyForOutputs(key, field.NameAt));
        }
    }

    private IntegerSpec BindInteger(ObjectValue options, SourceLocation at)
    {
        if (options["for"] is not null)
            return BindLayerSearch(options, at);
        foreach (var key in new[] { "prefer", "maxTime" })
        {
            if (options.Find(key) is { } field)
                errors.Add(SpecDiagnostics.OnlyForOutputs(key, field.NameAt));
        }

        var (bits, block) = ((int)options.Number("bits"), (int)options.Number("block"));
        var activations = options.Choice<ActivationQuantization>("activations");
        if (bits is not (8 or 4) && activations == ActivationQuantization.None)
            errors.Add(SpecDiagnostics.NoSuchInteger("bits", bits, "8 or 4", options["bits"]!.At));
        if (bits == 4 && activations != ActivationQuantization.None)
            errors.Add(SpecDiagnostics.FourBitsWithActivations(at));
        if (options["block"] is not null && activations != ActivationQuantization.None)
            errors.Add(SpecDiagnostics.BlockWithActivations(options.Find("block")!.NameAt));
        RequireBlock(block, options);
        return new(bits, block, activations, BindCalibration(options), at);
    }

    private Float16Spec BindFloat16(ObjectValue options, SourceLocation at)
    {
        var isGraph = options.Text("graph") == "true";
        if (!isGraph && options.Find("except") is { } field)
            errors.Add(SpecDiagnostics.ExceptWithoutGraph(field.NameAt));
        var except = new List<WeightGlob>();
        foreach (var text in options.Texts("except"))
        {
            if (WeightGlob.TryParse(text, errors) is { } glob)
                except.Add(glob);
        }

        return new(at) { IsGraph = isGraph, Except = except };
    }

    private IntegerSpec BindLayerSearch(ObjectValue options, SourceLocation at)
    {
        foreach (var key in new[] { "bits", "activations" })
        {
            if (options.Find(key) is { } field)
                errors.Add(SpecDiagnostics.ChosenBySearch(key, field.NameAt));
        }

        var block = (int)options.Number("block");
        RequireBlock(block, options);
        return new((int)options.Number("bits"), block, ActivationQuantization.Dynamic, BindCalibration(options), at)
        {
            Search = new(options.Choice<LayerPreference>("prefer"),
                options.OptionalNumber("maxTime") is { } seconds ? TimeSpan.FromSeconds(seconds) : null),
        };
    }

    private void RequireBlock(int block, ObjectValue options)
    {
        if ((block & (block - 1)) != 0)
            errors.Add(SpecDiagnostics.NoSuchInteger("block", block, "16, 32, 64, 128 or 256", options["block"]!.At));
    }

    private SamplesSpec? BindCalibration(ObjectValue options) =>
        options["calibration"] is ObjectValue samples ? new OutputBinder(errors).BindSamples(samples) : null;

    private void CheckCalibration(ObjectValue options)
    {
        if (options["calibration"] is not null)
            return;
        foreach (var key in new[] { "calibrationMemory", "calibrationBlock", "calibrationPatches" })
        {
            if (options.Find(key) is { } field)
                errors.Add(SpecDiagnostics.OnlyWithCalibration(key, field.NameAt));
        }
    }

    private QuantizeSpec BindQuantize(ObjectValue options, SourceLocation at)
    {
        var isPooled = options.Choice<StepAllocation>("allocate") == StepAllocation.Model;
        var (r2, bytes, floor) = (options.OptionalNumber("r2"), options.OptionalNumber("bytes"), options.OptionalNumber("floor"));
        var isForOutputs = options["for"] is not null;
        if (isForOutputs)
            CheckCalibration(options);
        if (isPooled && r2 is null && bytes is null)
            errors.Add(SpecDiagnostics.AllocationWithoutTarget(at));
        if (floor is not null && !isPooled && bytes is null && !isForOutputs)
            errors.Add(SpecDiagnostics.FloorWithoutAllocation(at));
        if (floor > r2)
            errors.Add(SpecDiagnostics.FloorAboveTarget(floor.Value, r2.Value, at));
        var measure = options.Choice<R2Measure>("of");
        if (measure == R2Measure.Bulk && (r2 is null || isPooled))
            errors.Add(SpecDiagnostics.BulkWithoutR2(at));
        return isForOutputs ? new QuantizeSpec.ForOutputs(BindOutputTarget(options), floor, at)
            : bytes is { } size ? new QuantizeSpec.ToArtifactBytes(size, floor, at)
            : options.OptionalNumber("step") is { } step ? new QuantizeSpec.ToStep(step, at)
            : options.OptionalNumber("bits") is { } bits ? new QuantizeSpec.ToBits(bits, at)
            : isPooled ? new QuantizeSpec.ToPooledR2(r2 ?? double.NaN, floor, at)
            : new QuantizeSpec.ToR2(r2 ?? double.NaN, at) { Of = measure };
    }

    private OutputTargetSpec BindOutputTarget(ObjectValue options) => new(
        options["calibration"] is ObjectValue calibration ? new OutputBinder(errors).BindSamples(calibration) : null,
        options.OptionalNumber("maxTime") is { } seconds ? TimeSpan.FromSeconds(seconds) : null)
    {
        CalibrationMemory = Math.Max(LeastMemory, (long)(options.OptionalNumber("calibrationMemory") ?? OutputTargetSpec.DefaultCalibrationMemory)),
        CalibrationBlock = (int)options.Number("calibrationBlock"),
        CalibrationPatches = options.Number("calibrationPatches"),
    };
}
