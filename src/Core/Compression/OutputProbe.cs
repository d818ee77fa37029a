using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>Where a spec asks for no outputs, one cheap look at them all the same: both models on a few random samples.</summary>
internal static class OutputProbe
{
    /// <summary>Larger models are not run unasked.</summary>
    private const long MostBytes = 512L << 20;

    /// <summary>Larger ones get one sample.</summary>
    private const long LargeBytes = 48L << 20;
    private const int Samples = 4;

    /// <summary>Of open axes, in the order in which they are tried: models of sound take frames or windows of fixed lengths, or a second.</summary>
    private static readonly int[] _lengths = [16, 512, 256, 576, 64, 1, 1024, 1536, 16000];

    /// <summary>Of an input: two open axes of a length that one may have would be gigabytes.</summary>
    private const double MostElements = 1 << 22;

    /// <summary>Of an input whose length nobody chose.</summary>
    private const double MostFixedElements = 1 << 24;

    /// <summary>Runs both models.</summary>
    /// <param name="model">The original.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="artifactPath">What is restored.</param>
    /// <param name="lossyWeights">Those that can be to blame.</param>
    /// <param name="options">May say why there is no look.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <returns>Null when nothing was coded with a loss.</returns>
    public static ProbeSummary? Look(OnnxModel model, string name, string artifactPath, IReadOnlyList<string> lossyWeights, CompressionOptions options,
        CancellationToken cancellationToken)
    {
        if (lossyWeights.Count == 0 || !options.Probe)
            return null;
        if (options.ProbeHindrance is { } hindrance)
            return Skipped(hindrance);
        if (model.TotalBytes > MostBytes)
            return Skipped("the model is large");
        try
        {
            var count = model.TotalBytes > LargeBytes ? 1 : Samples;
            var (gate, skipped) = FirstThatRuns(model, name, count);
            if (gate is null)
                return skipped;
            var outputs = OutputGateRunner.Prepare(gate, ".", model, name, blameBudget: BlameSearch.Least)
                .Run(artifactPath, lossyWeights, options.Threads, cancellationToken);
            if (outputs.Failure is { } failure)
                return new(count, null, null, outputs.Blame.FirstOrDefault(weight => weight.Share > 0)?.Path, Skipped: null) { Failure = failure };
            if (Worst(outputs.Outputs, output => output.R2) is { } worst)
                return new(count, worst.Name, worst.R2, outputs.Blame.FirstOrDefault(weight => weight.Share > 0)?.Path, Skipped: null);
            return Worst(outputs.Outputs, output => output.Equal) is { } whole
                ? new(count, whole.Name, null, null, Skipped: null) { Equal = whole.Equal }
                : Skipped("the outputs are empty");
        }
        catch (CompressException error)
        {
            return Skipped(Reason(error));
        }
    }

    private static OutputSummary? Worst(IEnumerable<OutputSummary> outputs, Func<OutputSummary, double?> figure) =>
        outputs.Where(output => figure(output) is not null)
            .MinBy(output => double.IsNaN(figure(output)!.Value) ? double.NegativeInfinity : figure(output));

    /// <summary>Models of sound and the like refuse inputs that are too short, or of any but one length: several are tried.</summary>
    private static (OutputGateSpec? Gate, ProbeSummary? Skipped) FirstThatRuns(OnnxModel model, string name, int count)
    {
        var at = new SourceLocation(name);
        var threshold = new Threshold(ProbeSummary.Least, at);
        var gates = _lengths.Select(length => new OutputGateSpec(
            new RandomSamplesSpec(Seed: 1, count, [], [], at) { OpenAxis = length }, threshold, null, null, Logits: false, at)).ToList();
        using var session = ModelRunner.Open(model.Path, name, gates[0]);
        var outputs = session.Outputs.Where(output => output.Type.IsFloatingPoint() || output.Type.IsWholeNumber()).ToList();
        if (!outputs.Any(output => output.Type.IsFloatingPoint()))
            gates = gates.ConvertAll(gate => gate with { R2 = null, Top1 = threshold });
        if (session.Inputs.Any(input => Elements(input, _lengths[0]) > MostFixedElements))
            return (null, Skipped("its inputs are large"));
        if (outputs.Count == 0 || session.Inputs.All(input => input.Shape.Skip(1).All(length => length >= 0)))
            return (gates[0], null);
        var tried = new List<int>();
        CompressException? first = null;
        foreach (var gate in gates)
        {
            var random = (RandomSamplesSpec)gate.Samples;
            if (tried.Count > 0 && session.Inputs.Any(input => Elements(input, random.OpenAxis) > MostElements))
                continue;
            var inputs = SampleSources.Open(random, ".", session.Inputs, session.Outputs, model).Read(() => 1).First().Steps[0].Inputs;
            tried.Add(random.OpenAxis);
            try
            {
                session.Run(inputs, [.. outputs.Select(output => output.Name)]);
                return (gate, null);
            }
            catch (CompressException error)
            {
                first ??= RandomGuesses.Explained(error, random, session.Inputs, inputs);
            }
        }

        return (null, Skipped(Reason(SampleDiagnostics.LengthsTried(first!, tried))) with { IsRefused = true });
    }

    private static string Reason(CompressException error) => error.Diagnostics[0].Message.TrimEnd('.');

    private static double Elements(ModelInput input, int open) =>
        input.Shape.Select((length, axis) => length >= 0 ? length : axis == 0 ? 1.0 : open).Aggregate(1.0, (product, length) => product * length);

    private static ProbeSummary Skipped(string reason) => new(0, null, null, null, reason);
}
