using CompressTasks.Diagnostics;
using CompressTasks.Spec.Schema;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Spec;

/// <summary>What is compressed how, and what the result must hold. See <c>docs/spec.md</c>.</summary>
public sealed record CompressionSpec
{
    internal CompressionSpec(string file, IReadOnlyList<ModelSpec> models, IReadOnlyList<StackSpec> stacks, IReadOnlyList<RuleSpec> rules,
        GateSpec? gate, string output, IReadOnlyList<ReportFormat> reports) =>
        (File, Models, Stacks, Rules, Gate, Output, Reports) = (file, models, stacks, rules, gate, output, reports);

    /// <summary>The spec's path as the user gave it.</summary>
    public string File { get; }

    /// <summary>At least one entry.</summary>
    internal IReadOnlyList<ModelSpec> Models { get; init; }

    /// <summary>In the order of the spec.</summary>
    internal IReadOnlyList<StackSpec> Stacks { get; init; }

    /// <summary>The first that matches a weight counts.</summary>
    internal IReadOnlyList<RuleSpec> Rules { get; init; }

    /// <summary>Null for none.</summary>
    internal GateSpec? Gate { get; init; }

    /// <summary>Where artifacts and reports go, relative to the spec's folder.</summary>
    internal string Output { get; init; }

    /// <summary>The formats of the report; may be empty.</summary>
    internal IReadOnlyList<ReportFormat> Reports { get; init; }

    /// <summary>The YAML text; of a spec that was made for a model, a text that says the same. Null when it was made in another way.</summary>
    internal string? Text { get; init; }

    /// <summary>Values that are not from <see cref="Text"/>, for the report.</summary>
    internal IReadOnlyList<SpecOverride> Overrides { get; init; } = [];

    /// <summary>Whether there is a file with <see cref="Text"/> in it.</summary>
    internal bool IsFromFile { get; init; } = true;

    /// <summary>Full path of the folder that everything in the spec is relative to.</summary>
    public string Folder => Path.GetDirectoryName(Path.GetFullPath(File)) ?? Path.GetFullPath(File);

    /// <summary>Full path of the folder where artifacts and reports go.</summary>
    public string OutputFolder => Path.GetFullPath(Output, Folder);

    /// <summary>
    /// The folder below which models have folders that their artifacts keep below <see cref="OutputFolder"/>; null: none keeps its folder.
    /// </summary>
    internal string? ModelRoot { get; init; }

    /// <summary>What reports are compared with; null for nothing.</summary>
    internal BaselineSpec? Baseline { get; init; }

    /// <summary>Where the spec sets the output folder; null when it does not.</summary>
    internal SourceLocation? OutputAt { get; init; }

    /// <summary>Where the spec sets the formats of the report; null when it does not.</summary>
    internal SourceLocation? ReportsAt { get; init; }

    /// <summary>The first stage that says <c>for: outputs</c>, and what all others say too; null for none.</summary>
    internal QuantizeSpec.ForOutputs? Search =>
        Stacks.Concat(Rules.Select(rule => rule.Stack)).SelectMany(stack => stack.Stages).OfType<QuantizeSpec.ForOutputs>().FirstOrDefault();

    /// <summary>The first stage that lets a search decide what layers become; null for none.</summary>
    internal IntegerSpec? LayerSearch =>
        Rules.Select(rule => rule.Stack.Rewriting).OfType<IntegerSpec>().FirstOrDefault(stage => stage.Search is not null);

    /// <summary>The samples by which weights are rounded to integers; null for none.</summary>
    internal SamplesSpec? IntegerCalibration =>
        Rules.Select(rule => rule.Stack.Rewriting).OfType<IntegerSpec>().Select(stage => stage.Calibration).FirstOrDefault(samples => samples is not null);

    /// <summary>The stage that makes the whole graph one of float16; null for none.</summary>
    internal Float16Spec? Float16Graph =>
        Rules.Select(rule => rule.Stack.Rewriting).OfType<Float16Spec>().FirstOrDefault(stage => stage.IsGraph);

    /// <summary>Where the spec asks for runs of the model, for outputs, speed or ranges of activations; null where it does not.</summary>
    internal SourceLocation? RunsAt => Gate?.Outputs?.At ?? Gate?.Speed?.At ?? Rules.Select(rule => rule.Stack.Rewriting).OfType<IntegerSpec>()
        .FirstOrDefault(stage => stage.IsMeasured)?.At;

    /// <summary>The samples that stages measure on, other than those of the gate.</summary>
    internal IEnumerable<SamplesSpec> Calibrations => Stacks.Concat(Rules.Select(rule => rule.Stack)).SelectMany(stack => stack.Stages)
        .Select(stage => stage switch
        {
            QuantizeSpec.ForOutputs search => search.Target.Calibration,
            IntegerSpec integer => integer.Calibration,
            _ => null,
        })
        .OfType<SamplesSpec>();

    /// <summary>Reads a spec and checks that its models exist.</summary>
    /// <param name="path">A YAML file, UTF-8.</param>
    /// <exception cref="CompressException">Everything that is wrong with it, in the order of the file.</exception>
    public static CompressionSpec Load(string path) => Check(SpecText.Load(path), path, findModels: true);

    /// <summary>Reads a spec for other models than it names; it need not name any.</summary>
    /// <param name="path">A YAML file, UTF-8.</param>
    /// <param name="models">Paths, relative to the current directory; null or none for the spec's own.</param>
    /// <param name="modelRoot">See <see cref="ModelRoot"/>.</param>
    /// <param name="format">What is made of every model; null for what the spec says.</param>
    /// <exception cref="CompressException">Everything that is wrong with it, in the order of the file.</exception>
    internal static CompressionSpec Load(string path, IReadOnlyList<string>? models, string? modelRoot = null, ModelFormat? format = null)
    {
        var at = new SourceLocation(path);
        return Check(SpecText.Load(path), path, findModels: true,
            models is null or { Count: 0 } ? null
                : [.. models.Select(model => new ModelSpec(Path.GetFullPath(model).Replace('\\', '/'), Name: null, at))],
            modelRoot, format);
    }

    /// <summary>Reads a spec from text. Does not look for the models: the run does.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="file">The file that it is from, for places in messages and as what paths are relative to.</param>
    /// <exception cref="CompressException">Everything that is wrong with it, in the order of the text.</exception>
    public static CompressionSpec Parse(string yaml, string file) => Check(yaml, file, findModels: false);

    /// <summary>
    /// The spec for a model without a spec: every weight of 1,024 values or more is quantized by its bulk, and the gate holds the result to it.
    /// </summary>
    /// <param name="modelPath">The model; the artifact goes beside it.</param>
    /// <param name="r2">Least R² of every weight, 0 to 1, both excluded.</param>
    /// <exception cref="CompressException"><paramref name="r2"/> is out of range.</exception>
    public static CompressionSpec ForModel(string modelPath, double r2)
    {
        var at = new SourceLocation(modelPath);
        var expected = (NumberSchema)StageSchemas.Quantize.Find("r2")!.Value;
        if (!expected.Range.Contains(r2))
            throw new CompressException(SpecDiagnostics.OutOfRange("r2", FormattableString.Invariant($"{r2}"), expected.Expected, at: null));
        var stack = new StackSpec("quantize", [new QuantizeSpec.ToR2(r2, at) { Of = R2Measure.Bulk }], at);
        var rule = new RuleSpec([WeightGlob.Parse("**")], stack, SpecSchema.DefaultMinElements, long.MaxValue, [], at);
        var threshold = new Threshold(r2, at);
        return new(
            modelPath,
            [new(Path.GetFileName(modelPath), Name: null, at)],
            [stack],
            [rule],
            new(threshold, threshold, Ratio: null, MaxBytes: null, Severity.Error, at),
            output: ".",
            ReportFormats.Default)
        {
            Text = StarterSpec.ForModel(Path.GetFileName(modelPath), r2),
            IsFromFile = false,
        };
    }

    /// <summary>The spec for a model and samples without a spec: the smallest artifact whose outputs hold on them.</summary>
    /// <param name="modelPath">The model; the artifact goes beside it.</param>
    /// <param name="samples">The samples that the gate judges by: an <c>.npz</c> file or a glob of them, or a folder or glob of <c>input_*.pb</c>.</param>
    /// <param name="calibration">Samples of the same kind against which weights are coded; null for none.</param>
    /// <param name="outputR2">Least R² of every floating-point output, at most 1.</param>
    /// <exception cref="CompressException"><paramref name="outputR2"/> is out of range.</exception>
    public static CompressionSpec ForModel(string modelPath, string samples, string? calibration, double outputR2)
    {
        var at = new SourceLocation(modelPath);
        var expected = (NumberSchema)OutputSchemas.Outputs.Find("r2")!.Value;
        if (!expected.Range.Contains(outputR2))
            throw new CompressException(SpecDiagnostics.OutOfRange("r2", FormattableString.Invariant($"{outputR2}"), expected.Expected, at: null));
        var target = new OutputTargetSpec(calibration is null ? null : Samples(calibration), MaxTime: null);
        var stack = new StackSpec("quantize", [new QuantizeSpec.ForOutputs(target, Floor: null, at)], at);
        var rule = new RuleSpec([WeightGlob.Parse("**")], stack, SpecSchema.DefaultMinElements, long.MaxValue, [], at);
        var outputs = new OutputGateSpec(Samples(samples), new(outputR2, at), Cosine: null, Top1: null, Logits: false, at);
        return new(
            modelPath,
            [new(Path.GetFileName(modelPath), Name: null, at)],
            [stack],
            [rule],
            new(R2: null, WeightR2: null, Ratio: null, MaxBytes: null, Severity.Error, at) { Outputs = outputs },
            output: ".",
            ReportFormats.Default)
        {
            Text = StarterSpec.ForModel(Path.GetFileName(modelPath), Relative(samples), calibration is null ? null : Relative(calibration), outputR2),
            IsFromFile = false,
        };

        FileSamplesSpec Samples(string path) => new(Relative(path), at);

        string Relative(string path) =>
            Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(modelPath))!, Path.GetFullPath(path)).Replace('\\', '/');
    }

    /// <summary>The spec for a model that has been rewritten: what codes the weights that are left in float.</summary>
    internal CompressionSpec WithoutRewriting()
    {
        // Stacks of several rules stay one.
        var others = Stacks.Concat(Rules.Select(rule => rule.Stack)).Distinct().ToDictionary(stack => stack, stack => stack.WithoutRewriting());
        return this with
        {
            Stacks = [.. Stacks.Select(stack => others[stack])],
            Rules = [.. Rules.Select(rule => rule with { Stack = others[rule.Stack] })],
        };
    }

    /// <summary>The rule that says how a weight is compressed, or null: it is carried losslessly.</summary>
    /// <param name="weightPath">Graph path and name.</param>
    /// <param name="elements">Number of values.</param>
    /// <param name="elementType"><c>float32</c>, <c>float16</c>, <c>bfloat16</c> or <c>double</c>.</param>
    internal RuleSpec? RuleFor(string weightPath, long elements, string elementType) =>
        Rules.FirstOrDefault(rule => rule.Matches(weightPath, elements, elementType));

    /// <summary>The model files that exist now, each once, with the artifacts that they become.</summary>
    /// <exception cref="CompressException">An entry matches nothing, or two models would write the same artifact.</exception>
    internal IReadOnlyList<ModelFile> FindModels()
    {
        var errors = new List<Diagnostic>();
        var models = new ModelFinder(this, errors).Find();
        ThrowIfAny(errors);
        return models;
    }

    /// <summary>The same spec with other thresholds, as a command line or a build may ask for; null changes nothing.</summary>
    /// <param name="r2">Least pooled R², at most 1.</param>
    /// <param name="weightR2">Least R² of the worst weight, at most 1.</param>
    /// <param name="onFailure">How serious a failed gate is.</param>
    internal CompressionSpec WithGate(double? r2 = null, double? weightR2 = null, Severity? onFailure = null)
    {
        if ((r2 ?? weightR2) is null && (onFailure is null || Gate is null))
            return this;
        var gate = Gate ?? new GateSpec(R2: null, WeightR2: null, Ratio: null, MaxBytes: null, Severity.Error, new SourceLocation(File));
        return this with
        {
            Gate = gate with
            {
                R2 = r2 is { } pooled ? Limit(pooled, gate.R2, "--r2, or CompressR2 of a build") : gate.R2,
                WeightR2 = weightR2 is { } worst ? Limit(worst, gate.WeightR2, "--weight-r2, or CompressWeightR2 of a build") : gate.WeightR2,
                OnFailure = onFailure ?? gate.OnFailure,
            },
            Overrides =
            [
                .. Overrides,
                .. Given("gate.r2", r2, "--r2"),
                .. Given("gate.weightR2", weightR2, "--weight-r2"),
                .. onFailure is { } severity && Gate is not null
                    ? new SpecOverride[] { new("gate.onFailure", severity.ToString().ToLowerInvariant(), "--on-failure") } : [],
            ],
        };

        Threshold Limit(double value, Threshold? replaced, string origin) => new(value, replaced?.At ?? gate.At)
        {
            SetBy = $"set by {origin}"
                + (replaced is null ? "" : FormattableString.Invariant($", in place of {(IsFromFile ? "the spec's " : "")}{replaced.Value}")),
        };
    }

    private static SpecOverride[] Given(string key, double? value, string origin) =>
        value is { } number ? [new(key, FormattableString.Invariant($"{number}"), origin)] : [];

    private static CompressionSpec Check(string yaml, string file, bool findModels, IReadOnlyList<ModelSpec>? models = null,
        string? modelRoot = null, ModelFormat? format = null)
    {
        var errors = new List<Diagnostic>();
        var spec = SpecBinder.Bind(yaml, file, errors, models, format);
        if (modelRoot is not null && spec is not null)
            spec = spec with { ModelRoot = modelRoot };
        if (findModels && spec is not null)
            _ = new ModelFinder(spec, errors).Find();
        ThrowIfAny(errors);
        return spec! with { Text = SpecText.WithoutByteOrderMark(yaml) };
    }

    private static void ThrowIfAny(List<Diagnostic> errors)
    {
        // An alias shows the same mistake wherever it stands: once is enough.
        if (errors.Count > 0)
            throw new CompressException([.. errors.Distinct().OrderBy(error => error.Location?.Line).ThenBy(error => error.Location?.Column)]);
    }
}
