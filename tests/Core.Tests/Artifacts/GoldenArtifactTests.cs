using CompressTasks.Runtime;

namespace CompressTasks.Core.Tests.Artifacts;

/// <summary>
/// <c>golden-v1.onnxz</c> was made by the first release from <see cref="GoldenModel"/>, and <c>golden-v1.onnx</c> is what it restored to. Every release must restore it to those
/// bytes, for ever. A new format version adds files of its own beside them; set <c>COMPRESSTASKS_NEW_GOLDEN</c> to a folder, and the second test writes them there.
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
            model.Weights.Select(w => w.Dtype).Distinct().Order(StringComparer.Ordinal).ShouldBe(["bfloat16", "double", "float16", "float32", "int64"]);
            model.Restore(folder["golden.onnx"]);
        }

        System.IO.File.ReadAllBytes(folder["golden.onnx"]).ShouldBe(System.IO.File.ReadAllBytes(File("golden-v1.onnx")));
    }

    /// <summary>Says nothing about the golden file: an encoder may get better. Only chance must not get into it.</summary>
    [Fact]
    public void TodaysEncoderMakesTheSameArtifactTwice()
    {
        using TemporaryFolder first = new(), second = new();
        var artifact = GoldenModel.Compress(first, threads: 1);
        System.IO.File.ReadAllBytes(GoldenModel.Compress(second, threads: 3)).ShouldBe(System.IO.File.ReadAllBytes(artifact));

        if (Environment.GetEnvironmentVariable("COMPRESSTASKS_NEW_GOLDEN") is { Length: > 0 } target)
        {
            System.IO.File.Copy(artifact, Path.Combine(target, "golden-v1.onnxz"), overwrite: true);
            using var model = CompressedModel.Open(artifact);
            model.Restore(Path.Combine(target, "golden-v1.onnx"), overwrite: true);
        }
    }
}
