using CompressTasks.Compression;
using CompressTasks.Corpus;
using CompressTasks.IO;
using CompressTasks.Runtime;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>Real models: weights in initializers, in Constant nodes and in the branches of an If, in single and half precision.</summary>
[Trait("Speed", "Slow")]
public sealed class CorpusSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> ModelNames => [.. NpmModels.All.Select(path => Path.GetFileNameWithoutExtension(path))];

    public void Dispose() => _folder.Dispose();

    [NpmTheory]
    [MemberData(nameof(ModelNames))]
    public void AtEveryOptimizationLevelASessionComputesTheBitsOfTheRestoredFile(string name) =>
        ComputesTheBitsOfTheRestoredFile(NpmModels.All.Single(path => Path.GetFileNameWithoutExtension(path) == name), name);

    [Fact]
    public void SoDoesASessionOfTheSample() => ComputesTheBitsOfTheRestoredFile(TinyGpt.Model, "tiny-gpt");

    private void ComputesTheBitsOfTheRestoredFile(string original, string name)
    {
        var outcome = Compressor.Run(CompressionSpec.ForModel(original, 0.99), new CompressionOptions { Output = _folder["a"] }, null,
            CancellationToken.None).Single();
        using var model = CompressedModel.Open(outcome.ArtifactPath);

        SessionOutputs.ShouldBeThoseOfTheRestoredFile(model, _folder["restored.onnx"], name);

        using var session = model.CreateSession();
        SessionOutputs.Of(session, name).Zip(OnnxRuntimeOutputs.Run(original, seed: 3))
            .ShouldContain(pair => !pair.First.BitEquals(pair.Second), "the decoded weights must be the ones in use");
    }
}
