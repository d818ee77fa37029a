using CompressTasks.Compression;
using CompressTasks.Corpus;
using CompressTasks.IO;
using CompressTasks.Runtime;
using CompressTasks.Spec;
using Microsoft.ML.OnnxRuntime;

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

        ComputesTheBitsOfTheRestoredFileFromTheCache(outcome.ArtifactPath, name);
        using var session = model.CreateSession();
        SessionOutputs.Of(session, name).Zip(OnnxRuntimeOutputs.Run(original, seed: 3))
            .ShouldContain(pair => !pair.First.BitEquals(pair.Second), "the decoded weights must be the ones in use");
    }

    /// <summary>The first time and later, also where ONNX Runtime has optimized the model before.</summary>
    private void ComputesTheBitsOfTheRestoredFileFromTheCache(string artifact, string name)
    {
        var cache = new ModelCache(_folder["cache"]);
        foreach (var isOptimized in new[] { false, true })
        {
            foreach (var level in (GraphOptimizationLevel?[])[null, .. SessionOutputs.Levels])
            {
                using var options = level is { } given ? SessionOutputs.Options(given) : null;
                var path = _folder["restored.onnx"];
                using var restored = options is null ? new InferenceSession(path) : new InferenceSession(path, options);
                var expected = SessionOutputs.Of(restored, name);
                for (var start = 0; start < 2; start++)
                {
                    using var model = CompressedModel.Open(artifact, new() { Cache = cache, CacheOptimized = isOptimized });
                    using var session = model.CreateSession(options);
                    SessionOutputs.ShouldBeBitEqual(SessionOutputs.Of(session, name), expected);
                }
            }

            cache.List().Count.ShouldBe(isOptimized ? 2 : 1);
        }
    }
}
