using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Spec.Schema;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Spec;

/// <summary>Makes the spec from text: YAML tree, checked values, records. All that is wrong is collected.</summary>
internal sealed class SpecBinder
{
    private const int MostSuggestions = 50;

    private readonly string _file;
    private readonly ICollection<Diagnostic> _errors;
    private readonly StageBinder _stages;

    private SpecBinder(string file, ICollection<Diagnostic> errors) => (_file, _errors, _stages) = (file, errors, new(errors));

    /// <param name="yaml">The text.</param>
    /// <param name="file">For places in messages.</param>
    /// <param name="errors">What is wrong is added to it.</param>
    /// <param name="models">In place of those that the text names, which then need not name any.</param>
    /// <param name="format">What is made of every model, in place of what the text says; null for that.</param>
    /// <returns>The spec, of use only if there are no errors, or null when the text has no spec in it.</returns>
    public static CompressionSpec? Bind(string yaml, string file, ICollection<Diagnostic> errors, IReadOnlyList<ModelSpec>? models = null,
        ModelFormat? format = null)
    {
        if (NodeReader.Read(SpecText.Check(yaml, file), file, errors) is not { } root)
            return null;
        if (OtherVersion(root) is { } version)
        {
            errors.Add(SpecDiagnostics.UnsupportedVersion(version.Text, version.At));
            return null;
        }
        return new SchemaReader(errors)
            .Read("spec", root, models is null ? SpecSchema.Root : SpecSchema.RootForOtherModels, root.At) is ObjectValue value
            ? new SpecBinder(file, errors).BindRoot(value, models, format)
            : null;
    }

    /// <summary>Everything else in a spec of another version may mean something else: no further word on it.</summary>
    private static ScalarNode? OtherVersion(Node root) =>
        (root as MappingNode)?.Entries.FirstOrDefault(entry => entry.Key.Text == "version")?.Value is ScalarNode { IsPlain: true } version
        && int.TryParse(version.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number != SpecSchema.Version
            ? version
            : null;

    private CompressionSpec BindRoot(ObjectValue root, IReadOnlyList<ModelSpec>? models, ModelFormat? format)
    {
        models ??= [.. root.Items("models").Cast<ObjectValue>().Select(BindModel)];
        var stacks = (root["stacks"] as ObjectValue)?.Fields.Select(BindStack).ToList() ?? [];
        var spec = new CompressionSpec(
            _file,
            format is { } every ? [.. models.Select(model => model with { Format = every })] : models,
            stacks,
            [.. root.Items("rules").Cast<ObjectValue>().Select(rule => BindRule(rule, stacks))],
            root["gate"] is ObjectValue gate ? BindGate(gate) : null,
            root.Text("output").Replace('\\', '/'),
            BindReports(root))
        {
            OutputAt = root.Find("output")?.NameAt,
            ReportsAt = root.Find("report")?.NameAt,
            Baseline = root["baseline"] is TextValue baseline ? new(baseline.Text.Replace('\\', '/'), baseline.At) : null,
        };
        CheckSearches(spec);
        CheckRewriting(spec);
        CheckGraph(spec);
        return spec;
    }

    /// <summary>One search finds the steps of all stacks that are for outputs, and it needs to know what outputs must hold.</summary>
    private void CheckSearches(CompressionSpec spec)
    {
        var quantizers = spec.Stacks.Concat(spec.Rules.Select(rule => rule.Stack)).Distinct().SelectMany(stack => stack.Stages).OfType<QuantizeSpec>()
            .ToList();
        var sizes = quantizers.OfType<QuantizeSpec.ToArtifactBytes>().ToList();
        foreach (var other in sizes.Skip(1))
            _errors.Add(SpecDiagnostics.BytesTwice(sizes[0].At, other.At));
        var stages = quantizers.OfType<QuantizeSpec.ForOutputs>().ToList();
        if (stages.Count == 0)
            return;
        var first = stages[0];
        if (spec.Gate?.Outputs is not { } outputs || (!outputs.HasThresholds && spec.Gate.Metrics.Count == 0))
            _errors.Add(SpecDiagnostics.NoOutputGate(first.At));
        foreach (var other in stages.Skip(1).Where(other => !other.Target.IsSameAs(first.Target)))
            _errors.Add(SpecDiagnostics.CalibrationsDiffer(first.At, other.At));
        foreach (var calibration in stages.Select(stage => stage.Target.Calibration).OfType<RandomSamplesSpec>())
        {
            if (calibration is { Sequence: null, StepsAt: { } lonely } && (calibration.IsStateless || spec.Gate?.Outputs?.Samples.Sequence is null))
                _errors.Add(SpecDiagnostics.NothingFedBack("steps", lonely));
        }

        foreach (var sized in sizes)
            _errors.Add(SpecDiagnostics.BytesBesideSearch(first.At, sized.At));
    }

    /// <summary>What is to be runnable needs a stage that makes it so, and ranges that are measured need samples.</summary>
    private void CheckRewriting(CompressionSpec spec)
    {
        var stages = spec.Rules.Select(rule => rule.Stack.Rewriting).OfType<StageSpec>().ToList();
        if (stages.Count == 0 && spec.Models.FirstOrDefault(model => model.Format != ModelFormat.Onnxz) is { } runnable)
            _errors.Add(SpecDiagnostics.NothingRewrites(runnable.At));
        var searched = stages.OfType<IntegerSpec>().Where(stage => stage.Search is not null).Distinct().ToList();
        if (searched.Count > 0 && spec.Gate?.Outputs is not { HasThresholds: true })
            _errors.Add(SpecDiagnostics.NothingToHold(searched[0].At));
        foreach (var other in searched.Skip(1).Where(other => other.Search != searched[0].Search))
            _errors.Add(SpecDiagnostics.LayerSearchesDiffer(searched[0].At, other.At));
        var measured = stages.OfType<IntegerSpec>()
            .Where(stage => stage.IsMeasured || stage.Search is not null).Distinct().ToList();
        if (spec.Gate?.Outputs is null && measured.Find(stage => stage is { Calibration: null, Search: null }) is { } blind)
            _errors.Add(SpecDiagnostics.NoSamplesForRanges(blind.At));
        if (spec.Gate?.Outputs is { } gate)
            measured = measured.ConvertAll(stage => stage.Calibration is null ? stage with { Calibration = gate.Samples } : stage);
        foreach (var other in measured.Skip(1).Where(other => other.Calibration is { } samples && !samples.IsSameAs(measured[0].Calibration!)))
            _errors.Add(SpecDiagnostics.RangesDiffer(measured[0].At, other.At));
    }

    /// <summary>A graph of float16 has all weights: no other rule takes any.</summary>
    private void CheckGraph(CompressionSpec spec)
    {
        if (spec.Float16Graph is not { } stage)
            return;
        var rule = spec.Rules.First(rule => rule.Stack.Rewriting == stage);
        if (rule.Weights.All(glob => glob.Pattern != "**") || rule.MaxElements != long.MaxValue
            || (rule.Types.Count > 0 && !rule.Types.Contains("float32")))
            _errors.Add(SpecDiagnostics.GraphOfSomeWeights(rule.At));
        foreach (var other in spec.Rules.Where(other => other != rule))
            _errors.Add(SpecDiagnostics.GraphBesideRule(stage.At, other.At));
    }

    private ModelSpec BindModel(ObjectValue model)
    {
        var name = model["name"] as TextValue;
        if (name is not null && !ArtifactName.IsValid(name.Text))
            _errors.Add(SpecDiagnostics.NotAFileName(name.Text, name.At));
        return new(model.Text("path").Replace('\\', '/'), name?.Text, model["path"]?.At ?? model.At)
        {
            Format = model.Choice<ModelFormat>("format"),
        };
    }

    private StackSpec BindStack(Field stack) =>
        new(stack.Name, stack.Value is ListValue stages ? _stages.Bind(stages) : [], stack.NameAt);

    private RuleSpec BindRule(ObjectValue rule, IReadOnlyList<StackSpec> stacks)
    {
        var stack = BindRuleStack(rule, stacks);
        var minimum = (long)(rule.OptionalNumber("minElements") ?? (stack.IsLossless || stack.IsGraph ? 0 : SpecSchema.DefaultMinElements));
        var maximum = (long)(rule.OptionalNumber("maxElements") ?? long.MaxValue);
        if (maximum < minimum && stack.Stages.Count > 0)
            _errors.Add(SpecDiagnostics.ElementsReversed(minimum, maximum, rule["maxElements"]!.At));
        var globs = rule.Texts("weights");
        return new(
            [.. globs.Select(BindGlob).OfType<WeightGlob>()],
            stack,
            minimum,
            maximum,
            [.. rule.Texts("types").Select(type => type.Text)],
            globs.Count > 0 ? globs[0].At : rule.At)
        {
            CodesTables = rule.Text("tables") == SpecSchema.CodeTables,
        };
    }

    private StackSpec BindRuleStack(ObjectValue rule, IReadOnlyList<StackSpec> stacks)
    {
        if (rule["stack"] is ListValue list)
        {
            var stages = _stages.Bind(list);
            return new(StackSpec.NameOf(stages), stages, list.At);
        }
        if (rule["stack"] is not TextValue name)
            return new("", [], rule.At);
        if (stacks.FirstOrDefault(stack => stack.Name == name.Text) is { } named)
            return named;
        // What is wrong in a hundred places is not wrong by a slip, and to look for what was meant takes long where there are thousands of names.
        var known = stacks.Select(stack => stack.Name).ToList();
        var meant = _errors.Count < MostSuggestions ? EditDistance.Nearest(name.Text, known) : null;
        _errors.Add(SpecDiagnostics.UnknownStack(name.Text, meant, known, name.At));
        return new(name.Text, [], name.At);
    }

    private WeightGlob? BindGlob(TextValue glob) => WeightGlob.TryParse(glob, _errors);

    private GateSpec BindGate(ObjectValue gate)
    {
        Threshold? Limit(string key) => gate[key] is NumberValue number ? new(number.Number, number.At) : null;
        return new(Limit("r2"), Limit("weightR2"), Limit("ratio"), Limit("maxBytes"), SpecSchema.ToSeverity(gate.Text("onFailure")), gate.At)
        {
            OnFailureAt = gate.Find("onFailure")?.NameAt,
            Outputs = gate["outputs"] is ObjectValue outputs ? new OutputBinder(_errors).Bind(outputs) : null,
            Speed = gate["speed"] is ObjectValue speed ? BindSpeed(speed) : null,
            Metrics = gate["metrics"] is ListValue metrics ? new MetricBinder(_errors).Bind(metrics) : [],
        };
    }

    private static SpeedGateSpec? BindSpeed(ObjectValue speed) => speed["atLeast"] is NumberValue { Number: var ratio, At: var at }
        ? new(new(ratio, at), (int)speed.Number("threads"), (int)speed.Number("batch"),
            TimeSpan.FromSeconds(speed.OptionalNumber("maxTime") ?? SpeedGateSpec.DefaultSeconds), speed.At)
        : null;

    private static IReadOnlyList<ReportFormat> BindReports(ObjectValue root) =>
        root.Find("report") is null
            ? ReportFormats.Default
            : [.. root.Texts("report").Select(format => Enum.Parse<ReportFormat>(format.Text, ignoreCase: true)).Distinct()];
}
