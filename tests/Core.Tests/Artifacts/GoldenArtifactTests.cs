using CompressTasks.Artifacts;
using CompressTasks.IO;
using CompressTasks.Runtime;

namespace CompressTasks.Core.Tests.Artifacts;

/// <summary>
/// <c>golden-v1.onnxz</c> was made by the first release from <see cref="GoldenModel"/>, and <c>golden-v1.onnx</c> is what it restored to;
/// <c>golden-calibrated-v1</c> likewise from <see cref="GoldenCalibratedModel"/>. Every release must restore them to those bytes, for ever. A new
/// format version adds files of its own beside them; set <c>COMPRESSTASKS_NEW_GOLDEN</c> to a folder, and the tests of today's encoder write them
/// there.
/// </summary>
public class GoldenArtifactTests
{
    private static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Artifacts", name);

    [Fact]
    public void TheArtifactOfTheFirstReleaseRestoresToTheBytesOfThatDay()
    {
        using var folder = new TemporaryFolder();
        using (var model = CompressedModel.Open(File("golden-v1.onnxz")))
        {
            model.Weights.Select(w => w.Stack).Distinct().Order(StringComparer.Ordinal)
                .ShouldBe(["bits", "closed", "dct", "haar", "lossless", "paper", "quantized", "tower", "twice"]);
            model.Weights.Select(w => w.Dtype).Distinct().Order(StringComparer.Ordinal)
                .ShouldBe(["bfloat16", "double", "float16", "float32", "int64"]);
            model.Restore(folder["golden.onnx"]);
        }

        System.IO.File.ReadAllBytes(folder["golden.onnx"]).ShouldBe(System.IO.File.ReadAllBytes(File("golden-v1.onnx")));
    }

    [Fact]
    public void TheCalibratedArtifactOfTheFirstReleaseRestoresToTheBytesOfThatDay()
    {
        using var folder = new TemporaryFolder();
        using (var reader = ArtifactReader.Open(File("golden-calibrated-v1.onnxz")))
        {
            // Kind 3, and the flags of docs/artifact-format.md: 1, inputs in the second axis; 2, groups.
            reader.Entries.Where(entry => entry.Weight.Path.EndsWith(".weight", StringComparison.Ordinal))
                .Select(entry => (entry.Weight.Path, (int)reader.ReadChunk(entry).Span[0], (int)reader.ReadChunk(entry).Span[1]))
                .ShouldBe([("matmul.weight", 3, 0), ("gemm.weight", 3, 1), ("conv.weight", 3, 3)], ignoreOrder: true);
        }

        using (var model = CompressedModel.Open(File("golden-calibrated-v1.onnxz")))
            model.Restore(folder["golden.onnx"]);
        System.IO.File.ReadAllBytes(folder["golden.onnx"]).ShouldBe(System.IO.File.ReadAllBytes(File("golden-calibrated-v1.onnx")));
    }

    /// <summary>Says nothing about the golden files: an encoder may get better. Only chance must not get into it.</summary>
    [Theory]
    [InlineData("golden-v1")]
    [InlineData("golden-calibrated-v1")]
    public void TodaysEncoderMakesTheSameArtifactTwice(string name)
    {
        using TemporaryFolder first = new(), second = new();
        Func<TemporaryFolder, int, string> compress = name == "golden-v1" ? GoldenModel.Compress : GoldenCalibratedModel.Compress;
        var artifact = compress(first, 1);
        System.IO.File.ReadAllBytes(compress(second, 3)).ShouldBe(System.IO.File.ReadAllBytes(artifact));

        if (Environment.GetEnvironmentVariable("COMPRESSTASKS_NEW_GOLDEN") is { Length: > 0 } target)
        {
            System.IO.File.Copy(artifact, Path.Combine(target, $"{name}.onnxz"), overwrite: true);
            using var model = CompressedModel.Open(artifact);
            model.Restore(Path.Combine(target, $"{name}.onnx"), overwrite: true);
        }
    }
}
