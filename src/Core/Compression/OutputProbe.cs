using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
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

    /// <summary>Of open axes, in the order in which they are tried.</summary>
    private static readonly int[] _lengths = [16, 512, 16000];

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
            var runner = Prepare(model, name, count);
            var outputs = runner.Run(artifactPath, lossyWeights, options.Threads, cancellationToken);
            var worst = outputs.Outputs.Where(output => output.R2 is not null)
                .MinBy(output => double.IsNaN(output.R2!.Value) ? double.NegativeInfinity : output.R2);
            return new(count, worst?.Name, worst?.R2, outputs.Blame.FirstOrDefault(weight => weight.Share > 0)?.Path, Skipped: null);
        }
        catch (CompressException error)
        {
            return Skipped(error.Diagnostics[0].Message.TrimEnd('.'));
        }
    }

    /// <summary>Models of sound and the like refuse inputs that are too short: longer ones are tried.</summary>
    private static OutputGateRunner Prepare(OnnxModel model, string name, int count)
    {
        CompressException? first = null;
        foreach (var length in _lengths)
        {
            try
            {
                var at = new SourceLocation(name);
                var samples = new RandomSamplesSpec(Seed: 1, count, [], [], at) { OpenAxis = length };
                var gate = new OutputGateSpec(samples, new(ProbeSummary.LeastR2, at), null, null, Logits: false, at);
                return OutputGateRunner.Prepare(gate, ".", model, name, blameBudget: BlameSearch.Least);
            }
            catch (CompressException error) when (error.Diagnostics[0].Code == "CT1510")
            {
                first ??= error;
            }
        }

        throw first!;
    }

    private static ProbeSummary Skipped(string reason) => new(0, null, null, null, reason);
}
