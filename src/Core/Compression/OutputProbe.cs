using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;

namespace CompressTasks.Compression;

/// <summary>Where a spec asks for no outputs, one cheap look at them all the same: both models on a few random samples.</summary>
internal static class OutputProbe
{
    /// <summary>Larger models are not run unasked.</summary>
    internal const long MostBytes = 512L << 20;

    /// <summary>Larger ones get one sample.</summary>
    private const long LargeBytes = 48L << 20;
    private const int Samples = 4;

    /// <summary>Runs both models.</summary>
    /// <param name="model">The original.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="artifactPath">What is restored.</param>
    /// <param name="lossyWeights">Those that can be to blame.</param>
    /// <param name="isHalf">Whether the result computes in float16.</param>
    /// <param name="options">May say why there is no look.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <returns>Null when nothing was coded with a loss.</returns>
    public static ProbeSummary? Look(OnnxModel model, string name, string artifactPath, IReadOnlyList<string> lossyWeights, bool isHalf,
        CompressionOptions options, CancellationToken cancellationToken)
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
            var trial = RandomTrial.Run(model, name, count, ProbeSummary.Least);
            if (trial.Hindrance is { } reason)
                return Skipped(reason) with { IsRefused = trial.IsRefused };
            var runner = OutputGateRunner.Prepare(trial.Gate, ".", model, name, blameBudget: BlameSearch.Least);
            var outputs = isHalf ? RoundedTrial.Run(runner, model, artifactPath, options.Threads, cancellationToken)
                : runner.Run(artifactPath, lossyWeights, options.Threads, cancellationToken);
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
            return Skipped(error.Diagnostics[0].Message.TrimEnd('.'));
        }
    }

    private static OutputSummary? Worst(IEnumerable<OutputSummary> outputs, Func<OutputSummary, double?> figure) =>
        outputs.Where(output => figure(output) is not null)
            .MinBy(output => double.IsNaN(figure(output)!.Value) ? double.NegativeInfinity : figure(output));

    private static ProbeSummary Skipped(string reason) => new(0, null, null, null, reason);
}
