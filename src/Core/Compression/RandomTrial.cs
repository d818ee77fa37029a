using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>Random samples that a model runs on: models of sound and the like refuse open axes that are too short, or of any but one length.</summary>
/// <param name="Gate">On samples that run, where there is no <see cref="Hindrance"/>; on the first that were tried otherwise.</param>
/// <param name="Inputs">The model's.</param>
/// <param name="Outputs">The model's.</param>
internal sealed record RandomTrial(OutputGateSpec Gate, IReadOnlyList<ModelInput> Inputs, IReadOnlyList<ModelInput> Outputs)
{
    /// <summary>Of open axes, in the order in which they are tried: models of sound take frames or windows of fixed lengths, or a second.</summary>
    private static readonly int[] _lengths = [16, 512, 256, 576, 64, 1, 1024, 1536, 16000];

    /// <summary>Of an input: two open axes of a length that one may have would be gigabytes.</summary>
    private const double MostElements = 1 << 22;

    /// <summary>Of an input whose length nobody chose.</summary>
    private const double MostFixedElements = 1 << 24;

    /// <summary>Why there are no samples; null when there are.</summary>
    public string? Hindrance { get; private init; }

    /// <summary>Whether the model refuses all that was tried.</summary>
    public bool IsRefused { get; private init; }

    /// <param name="model">The original.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="count">Samples.</param>
    /// <param name="asked">Least R²; of outputs of whole numbers alone, the least share of equal values.</param>
    /// <exception cref="CompressException">ONNX Runtime cannot load the model, or an input is no tensor.</exception>
    public static RandomTrial Run(OnnxModel model, string name, int count, double asked)
    {
        var at = new SourceLocation(name);
        var threshold = new Threshold(asked, at);
        var gates = _lengths.Select(length => new OutputGateSpec(
            new RandomSamplesSpec(Seed: 1, count, [], [], at) { OpenAxis = length }, threshold, null, null, Logits: false, at)).ToList();
        using var session = ModelRunner.Open(model.Path, name, gates[0]);
        var outputs = session.Outputs.Where(output => output.Type.IsFloatingPoint() || output.Type.IsWholeNumber()).ToList();
        if (!outputs.Any(output => output.Type.IsFloatingPoint()))
            gates = gates.ConvertAll(gate => gate with { R2 = null, Top1 = threshold });
        var result = new RandomTrial(gates[0], session.Inputs, session.Outputs);
        if (session.Inputs.Any(input => Elements(input, _lengths[0]) > MostFixedElements))
            return result with { Hindrance = "its inputs are large" };
        if (outputs.Count == 0 || session.Inputs.All(input => input.Shape.Skip(1).All(length => length >= 0)))
            return result;
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
                return result with { Gate = gate };
            }
            catch (CompressException error)
            {
                first ??= RandomGuesses.Explained(error, random, session.Inputs, inputs);
            }
        }

        return result with { Hindrance = SampleDiagnostics.LengthsTried(first!, tried).Diagnostics[0].Message.TrimEnd('.'), IsRefused = true };
    }

    private static double Elements(ModelInput input, int open) =>
        input.Shape.Select((length, axis) => length >= 0 ? length : axis == 0 ? 1.0 : open).Aggregate(1.0, (product, length) => product * length);
}
