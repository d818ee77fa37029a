using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Tool.Commands;

/// <summary>The spec or model, and what the command line sets in place of the spec: the same for the main job and for the plan of it.</summary>
internal sealed class SpecOptions
{
    private const double DefaultR2 = 0.999;

    private static readonly ChoiceSchema _onFailure = (ChoiceSchema)SpecSchema.Gate.Find("onFailure")!.Value;
    private static readonly ChoiceSchema _formats = ChoiceSchema.Of<ReportFormat>();
    private static readonly ChoiceSchema _modelFormats = ChoiceSchema.Of<ModelFormat>();

    private readonly Argument<string[]> _inputs = new(
        "spec|model")
    {
        Description = "Specs (.yml), or models (.onnx, .pb) whose weights are quantized to --r2; folders of models, and quoted globs of them. "
            + $"Without any: {string.Join(" or ", SpecInputs.DefaultSpecs)} of this folder, as in a build.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string?> _output = CommonOptions.OutputPath("DIR", "Folder for artifacts and reports, in place of the spec's.");
    private readonly Option<double?> _r2 = CommonOptions.R2(
        "For a model: the R² that every quantized weight and the gate must reach (default 0.999). For a spec: replaces gate.r2.");
    private readonly Option<double?> _weightR2 = CommonOptions.R2("Replaces gate.weightR2.", "--weight-r2");
    private readonly Option<string[]> _models = new(
        "--model")
    { Description = "For a spec: compress this model in place of those that it names. May be repeated.", HelpName = "FILE" };
    private readonly Option<string?> _modelRoot = new(
        "--model-root")
    { Description = "Artifacts keep the folders that their models have below this one.", HelpName = "DIR", Hidden = true };
    private readonly Option<string?> _format = new(
        "--format")
    {
        Description = "For a spec: what is made of each model, in place of its format: onnxz, an artifact; onnx, a runnable model; or both.",
        HelpName = "FORMAT",
    };
    private readonly Option<string?> _failure = new(
        "--on-failure")
    { Description = "What a failed gate is, in place of the spec's gate.onFailure: error or warning.", HelpName = "SEVERITY" };
    private readonly Option<string[]> _reports = new(
        "--report")
    {
        Description = $"The formats of the report, in place of the spec's: {English.And(_formats.Choices)}, one or several.",
        HelpName = "FORMAT",
        AllowMultipleArgumentsPerToken = true
    };
    private readonly Option<string?> _baseline = new(
        "--baseline")
    {
        Description = "A report or artifact of an earlier run, or a folder of them, in place of the spec's: reports show what has changed.",
        HelpName = "PATH",
    };
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<string?> _samples = new(
        "--samples")
    { Description = "For a model: samples (.npz or a quoted glob of them, or a folder of input_*.pb). The smallest artifact whose outputs hold on them is made.", HelpName = "PATH" };
    private readonly Option<string?> _calibration = new(
        "--calibration")
    { Description = "For a model, with --samples: other samples against which weights are coded.", HelpName = "PATH" };
    private readonly Option<double?> _outputR2 = CommonOptions.R2(
        "For a model, with --samples: the R² that every output must reach (default 0.999).", "--output-r2");
    private readonly Option<bool> _noProbe = new(
        "--no-probe")
    { Description = "Take no look at the outputs on random samples where the spec's gate does not ask for them." };

    public SpecOptions()
    {
        _failure.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. _onFailure.Choices]);
        _reports.AcceptOnlyFromAmong([.. _formats.Choices]);
        _format.AcceptOnlyFromAmong([.. _modelFormats.Choices]);
    }

    public void AddTo(Command command)
    {
        command.Add(_inputs);
        foreach (var option in (Option[])
            [_output, _models, _modelRoot, _format, _r2, _weightR2, _failure, _reports, _baseline, _samples, _calibration, _outputR2, _threads,
                _noProbe])
            command.Add(option);
    }

    /// <summary>What stands for specs and models on the command line; where nothing does, what is looked for then.</summary>
    public IReadOnlyList<string> Words(ParseResult parsed) =>
        parsed.GetValue(_inputs) is { Length: > 0 } words ? words : SpecInputs.DefaultSpecs;

    /// <summary>The models that replace those of the spec.</summary>
    public IReadOnlyList<string> Models(ParseResult parsed) => parsed.GetValue(_models) ?? [];

    /// <summary>The folder for artifacts and reports; null for each spec's own.</summary>
    public string? Output(ParseResult parsed) => parsed.GetValue(_output);

    /// <summary>The specs and models that the command line names.</summary>
    /// <exception cref="CompressException">One of them is not there, or two would write the same artifact.</exception>
    public IReadOnlyList<string> Inputs(ParseResult parsed)
    {
        var inputs = SpecInputs.Find(parsed.GetValue(_inputs) ?? [],
            word => UnknownArguments.NearestCommand(word, (RootCommand)parsed.RootCommandResult.Command));
        if (parsed.GetValue(_output) is not null)
            SpecInputs.RequireOwnArtifacts(inputs);
        return inputs;
    }

    /// <summary>Loads a spec and puts the values of the command line into it.</summary>
    /// <exception cref="CompressException">The spec is wrong, or an option does not go with it.</exception>
    public SpecJob Load(ParseResult parsed, string input)
    {
        var isModel = SpecInputs.IsModel(input);
        if (parsed.GetValue(_models)?.FirstOrDefault(model => model.IndexOfAny(['*', '?']) < 0 && !File.Exists(model)) is { } missing)
            throw new CompressException(ToolDiagnostics.NoModel(missing));
        var (r2, weightR2) = (parsed.GetValue(_r2), parsed.GetValue(_weightR2));
        var onFailure = parsed.GetValue(_failure) is { } failure ? SpecSchema.ToSeverity(failure.ToLowerInvariant()) : default(Severity?);
        if ((SampleOptions(parsed) is { } misplaced) && (!isModel || parsed.GetValue(_samples) is null))
            throw new CompressException(ToolDiagnostics.SamplesWithoutModel(misplaced, isModel));
        if (isModel && parsed.GetValue(_samples) is not null && (r2 ?? weightR2) is not null)
            throw new CompressException(ToolDiagnostics.WeightsBesideSamples(r2 is null ? "--weight-r2" : "--r2"));
        var format = parsed.GetValue(_format) is { } chosen ? Enum.Parse<ModelFormat>(chosen, ignoreCase: true) : default(ModelFormat?);
        if (isModel && format is ModelFormat.Onnx or ModelFormat.Both)
            throw new CompressException(SpecDiagnostics.NothingRewrites(new SourceLocation(input)));
        var spec = isModel && parsed.GetValue(_samples) is { } samples
            ? CompressionSpec.ForModel(input, samples, parsed.GetValue(_calibration), parsed.GetValue(_outputR2) ?? DefaultR2)
            : isModel ? CompressionSpec.ForModel(input, r2 ?? DefaultR2)
            : CompressionSpec.Load(input, parsed.GetValue(_models), parsed.GetValue(_modelRoot), format);
        spec = spec with { ModelRoot = parsed.GetValue(_modelRoot) };
        var job = new SpecJob(
            spec.WithGate(isModel && parsed.GetValue(_samples) is null ? null : r2, weightR2, onFailure),
            new CompressionOptions { Output = parsed.GetValue(_output), Threads = parsed.GetThreads(_threads), Probe = !parsed.GetValue(_noProbe) })
        {
            IsModel = isModel,
            Format = format,
            HasR2 = r2 is not null,
            HasWeightR2 = weightR2 is not null,
            HasOnFailure = onFailure is not null,
            HasThreads = parsed.GetValue(_threads) is not null,
        };
        if (parsed.GetValue(_baseline) is { } baseline)
            job = job with
            {
                HasBaseline = true,
                Spec = Override(job.Spec, "baseline", baseline, "--baseline") with { Baseline = new(Path.GetFullPath(baseline), At: null) },
            };
        if (parsed.GetValue(_reports) is { Length: > 0 } reports)
            job = job with
            {
                HasReports = true,
                Spec = Override(job.Spec, "report", string.Join(", ", reports),
                    "--report") with
                { Reports = [.. reports.Select(format => Enum.Parse<ReportFormat>(format, ignoreCase: true)).Distinct()] }
            };
        return job;
    }

    /// <summary>The first given option that is about samples.</summary>
    private string? SampleOptions(ParseResult parsed) =>
        parsed.GetValue(_calibration) is not null ? "--calibration" : parsed.GetValue(_outputR2) is not null ? "--output-r2"
            : parsed.GetValue(_samples) is not null ? "--samples" : null;

    private static CompressionSpec Override(CompressionSpec spec, string key, string value, string origin) =>
        spec with { Overrides = [.. spec.Overrides, new(key, value, origin)] };
}
