using CompressTasks.Tasks;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks.Tests;

public sealed class ArtifactPlacesTests
{
    private static readonly string _project = OperatingSystem.IsWindows() ? @"C:\app" : "/app";

    [Theory]
    [InlineData("x.onnxz", "assets/small.bin", false, "assets/small.bin")]
    [InlineData("x.onnx", "assets/small.bin", false, "assets/small.bin")]
    [InlineData("x.onnx", @"assets\", false, "assets/x.onnx")]
    [InlineData("x.onnx", "assets/small.bin", true, "assets/small.onnx")]
    [InlineData("x.onnxz", "assets/small.bin", true, "assets/small.onnxz")]
    [InlineData("x.onnx.data", "assets/small.bin", false, "assets/x.onnx.data")]
    [InlineData("x.onnx.data", @"assets\small.bin", true, "assets/x.onnx.data")]
    [InlineData("x.onnx.data", "assets/", false, "assets/x.onnx.data")]
    [InlineData("x.onnx.data", "small.bin", false, "x.onnx.data")]
    public void ATargetPathIsThatOfTheModelAndExternalDataLiesBesideIt(string made, string target, bool isOneOfTwo, string expected)
    {
        var item = new TaskItem("models/x.onnx", new Dictionary<string, string> { ["TargetPath"] = target });

        Place(new(_project, [item], []), made, isOneOfTwo).ShouldBe(expected);
    }

    [Theory]
    [InlineData("x.onnx", "small/y.onnx")]
    [InlineData("x.onnxz", "small/y.onnxz")]
    [InlineData("x.onnx.data", "small/x.onnx.data")]
    public void ALinkOfTheModelIsFollowed(string made, string expected)
    {
        var content = new TaskItem("models/x.onnx", new Dictionary<string, string> { ["Link"] = "small/y.onnx" });

        Place(new(_project, [], [content]), made, isOneOfTwo: false).ShouldBe(expected);
    }

    [Theory]
    [InlineData("x.onnx.data")]
    [InlineData("other.onnx")]
    public void WithoutEitherItIsThatInTheProject(string made) => Place(new(_project, [], []), made, isOneOfTwo: false).ShouldBe($"models/{made}");

    private static string Place(ArtifactPlaces places, string made, bool isOneOfTwo)
    {
        var folder = Path.Combine(_project, "obj", "compress");
        ITaskItem placed = places.Place(Path.Combine(folder, "models", made), folder, [Path.Combine(_project, "models", "x.onnx")], isOneOfTwo);
        return placed.GetMetadata("TargetPath");
    }
}
