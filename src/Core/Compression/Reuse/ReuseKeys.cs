using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.Compression.Reuse;

/// <summary>
/// What an artifact and its measurements depend on, as digests: with equal ones, a run would make and measure the same. Null where nobody can know.
/// </summary>
/// <param name="Artifact">
/// Of the model's files, the tool, and how each weight is coded; where a search codes weights for a gate, of all that the gate looks at.
/// </param>
/// <param name="Outputs">Of what <c>gate.outputs</c> measures: all but the values of its thresholds.</param>
/// <param name="Metrics">Of the programs of <c>gate.metrics</c> and their inputs; null where one does not say what its inputs are.</param>
internal sealed record ReuseKeys(string? Artifact, string? Outputs, string? Metrics)
{
    /// <summary>Of what <c>gate.speed</c> measures: all but its threshold. Null where it measures nothing.</summary>
    public string? Speed { get; init; }

    /// <summary>Another build of the encoders or of the decoders may code otherwise, even under the same version.</summary>
    private static readonly string _tool =
        $"{ToolVersion.NameAndVersion} {typeof(ReuseKeys).Module.ModuleVersionId} {typeof(WeightDecoder).Module.ModuleVersionId}";

    /// <param name="spec">What is asked for.</param>
    /// <param name="model">The original.</param>
    /// <param name="format">What is made of it.</param>
    /// <param name="name">Of what is made, without extension.</param>
    public static ReuseKeys Of(CompressionSpec spec, OnnxModel model, ModelFormat format, string name)
    {
        try
        {
            var outputs = spec.Gate?.Outputs is { } gate ? Digest([OfMeasured(gate), .. Samples(gate.Samples, spec.Folder)]) : null;
            var metrics = OfMetrics(spec);
            return new(OfArtifact(spec, model, $"{format} {name}", outputs, metrics), outputs, metrics) { Speed = OfSpeed(spec) };
        }
        catch (Exception error) when (error is CompressException or IOException or UnauthorizedAccessException)
        {
            // The run itself says what is wrong with its files.
            return new(null, null, null);
        }
    }

    private static string? OfArtifact(CompressionSpec spec, OnnxModel model, string made, string? outputs, string? metrics)
    {
        var lines = new List<string> { _tool, model.Sha256 };
        lines.AddRange(model.Files.Select(file => FormattableString.Invariant($"{file.Name} {file.Length}")));
        var stacks = new Dictionary<StackSpec, int>();
        foreach (var weight in model.Weights)
        {
            var (rule, keep) = Plan.Decide(spec, weight);
            var stack = keep is null ? rule!.Stack : null;
            if (stack is not null && stacks.TryAdd(stack, stacks.Count))
                lines.Add(CanonicalText.Of(stack));

            // Stacks with equal stages are two all the same: a target of several weights is one of those of a stack.
            lines.Add(stack is null ? $"{weight.Path} {keep}"
                : string.Create(CultureInfo.InvariantCulture, $"{weight.Path} {stacks[stack]} {rule!.CodesTables}"));
        }

        // An artifact of a runnable model has its name in it.
        var rewriting = stacks.Keys.Select(stack => stack.Rewriting).OfType<StageSpec>().ToList();
        if (rewriting.Count > 0)
            lines.AddRange([made, .. OfRewriting(spec, rewriting, outputs)]);
        if (!stacks.Keys.Any(stack => stack.Stages is [.., QuantizeSpec.ForOutputs]))
            return Digest(lines);

        // A search ends where its gate holds. What it was told by programs whose inputs nobody knows may be another answer today.
        if (spec.Gate is not { Outputs: { } gate } || (spec.Gate.Metrics.Count > 0 && metrics is null))
            return null;
        lines.AddRange([outputs!, CanonicalText.Of(gate), metrics ?? "", CanonicalText.Of(spec.Gate.Metrics)]);
        if (spec.Search!.Target.Calibration is { } calibration)
            lines.AddRange(Samples(calibration.Inheriting(gate.Samples), spec.Folder));
        return Digest(lines);
    }

    /// <summary>Of what is run to rewrite a graph: samples, and where a search aims at the gate on outputs, all of that.</summary>
    private static IEnumerable<string> OfRewriting(CompressionSpec spec, IReadOnlyList<StageSpec> stages, string? outputs)
    {
        var gate = spec.Gate?.Outputs;
        if (stages.OfType<IntegerSpec>().FirstOrDefault(stage => stage.Search is not null) is { } search)
        {
            var (threads, batch) = (spec.Gate!.Speed?.Threads ?? 1, spec.Gate.Speed?.Batch ?? 1);
            return [outputs!, CanonicalText.Of(gate), FormattableString.Invariant($"{threads} {batch}"),
                .. search.Calibration is { } calibration ? Samples(calibration.Inheriting(gate!.Samples), spec.Folder) : []];
        }

        if (stages.OfType<IntegerSpec>().FirstOrDefault(stage => stage.IsMeasured) is not { } measured)
            return [];
        var samples = measured.Calibration is not { } own ? gate!.Samples : gate is null ? own : own.Inheriting(gate.Samples);
        return [CanonicalText.Of(gate?.Only), CanonicalText.Of(gate?.Except), .. Samples(samples, spec.Folder)];
    }

    private static string? OfSpeed(CompressionSpec spec) => spec.Gate is not { Speed: { } speed } gate ? null
        : Digest([CanonicalText.Of(speed with { AtLeast = speed.AtLeast with { Value = 0 } }),
            .. gate.Outputs is { } outputs ? Samples(outputs.Samples, spec.Folder) : []]);

    /// <summary>The gate without the values of thresholds; which there are says what the model must have.</summary>
    private static string OfMeasured(OutputGateSpec gate)
    {
        return CanonicalText.Of(gate with
        {
            R2 = Any(gate.R2),
            Cosine = Any(gate.Cosine),
            Top1 = Any(gate.Top1),
            Each = [.. gate.Each.Select(each => each with { R2 = Any(each.R2), Cosine = Any(each.Cosine), Top1 = Any(each.Top1) })],
            OnLabels = [.. gate.OnLabels.Select(on => on with { Threshold = Any(on.Threshold)! })],
        });

        static Threshold? Any(Threshold? threshold) => threshold is null ? null : threshold with { Value = 0 };
    }

    private static string? OfMetrics(CompressionSpec spec)
    {
        if (spec.Gate is not { Metrics: { Count: > 0 } metrics } || metrics.Any(metric => metric.Inputs.Count == 0))
            return null;
        return Digest(metrics.SelectMany(metric => (IEnumerable<string>)
        [
            CanonicalText.Of(metric.Name), CanonicalText.Of(metric.Command), CanonicalText.Of(metric.ComparesWithOriginal),
            CanonicalText.Of(metric.Timeout), .. metric.Inputs.SelectMany(input => Contents(Inputs(input, spec.Folder), spec.Folder)),
        ]));
    }

    private static IReadOnlyList<string> Inputs(MetricInput input, string folder) =>
        input.IsGlob ? new FileGlob(input.Pattern, folder).Match() : [Path.GetFullPath(input.Pattern, folder)];

    private static IEnumerable<string> Samples(SamplesSpec samples, string folder) =>
        [CanonicalText.Of(samples), .. Contents(SampleSources.Files(samples, folder), folder)];

    private static IEnumerable<string> Contents(IEnumerable<string> paths, string folder) =>
        paths.Select(path => $"{Path.GetRelativePath(folder, path).Replace('\\', '/')} {FileDigest.Of(path)}");

    private static string Digest(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(CanonicalText.Of)))));
}
