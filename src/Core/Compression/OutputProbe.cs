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

    /// <summary>Models of sound and the like refuse inputs that are too short, or of any but one length: several are tried.</summary>
    private static OutputGateRunner Prepare(OnnxModel model, string name, int count)
    {
        var at = new SourceLocation(name);
        var gates = _lengths.Select(length => new OutputGateSpec(
            new RandomSamplesSpec(Seed: 1, count, [], [], at) { OpenAxis = length }, new(ProbeSummary.LeastR2, at), null, null, Logits: false, at)).ToList();
        return OutputGateRunner.Prepare(FirstThatRuns(gates, model, name), ".", model, name, blameBudget: BlameSearch.Least);
    }

    private static OutputGateSpec FirstThatRuns(IReadOnlyList<OutputGateSpec> gates, OnnxModel model, string name)
    {
        using var session = ModelRunner.Open(model.Path, name, gates[0]);
        string[] outputs = [.. session.Outputs.Where(output => output.Type.IsFloatingPoint() || output.Type.IsWholeNumber()).Select(output => output.Name)];
        if (outputs.Length == 0 || session.Inputs.All(input => input.Shape.Skip(1).All(length => length >= 0)))
            return gates[0];
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
                session.Run(inputs, outputs);
                return gate;
            }
            catch (CompressException error)
            {
                first ??= RandomGuesses.Explained(error, random, session.Inputs, inputs);
            }
        }

        throw SampleDiagnostics.LengthsTried(first!, tried);
    }

    private static double Elements(ModelInput input, int open) =>
        input.Shape.Select((length, axis) => length >= 0 ? length : axis == 0 ? 1.0 : open).Aggregate(1.0, (product, length) => product * length);

    private static ProbeSummary Skipped(string reason) => new(0, null, null, null, reason);
}
