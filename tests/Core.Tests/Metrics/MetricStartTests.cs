using CompressTasks.Metrics;

namespace CompressTasks.Core.Tests.Metrics;

public sealed class MetricStartTests
{
    private static readonly string _folder = Path.GetFullPath("specs");

    [Fact]
    public void PathsGoIntoWordsAsTheyAre()
    {
        var start = MetricStart.Of(new(["dotnet", "--at={model}", "{original}:{model}", "{other}"], IsShell: false), _folder, "/t/a b$.onnx",
            "/o/'c'.onnx");
        start.ArgumentList.ShouldBe(["--at=/t/a b$.onnx", "/o/'c'.onnx:/t/a b$.onnx", "{other}"]);
        (start.FileName, start.WorkingDirectory).ShouldBe(("dotnet", _folder));
    }

    [Theory]
    [InlineData("./eval.sh", "eval.sh")]
    [InlineData("../tools/eval", "../tools/eval")]
    public void AProgramWithASlashIsRelativeToTheSpec(string program, string expected) =>
        MetricStart.Of(new([program, "{model}"], IsShell: false), _folder, "m", "o").FileName
            .ShouldBe(Path.GetFullPath(Path.Combine(_folder, expected)));

    [Theory]
    [InlineData("eval {model} | tail", "eval '/t/it'\\''s $(x).onnx' | tail")]
    [InlineData("eval \"{model}\" '{original}'", "eval '/t/it'\\''s $(x).onnx' '/o.onnx'")]
    [InlineData("eval --at={model}", "eval --at='/t/it'\\''s $(x).onnx'")]
    public void AShellGetsPathsThatItDoesNotRead(string text, string expected) =>
        MetricStart.Place(text, "/t/it's $(x).onnx", "/o.onnx", MetricStart.InApostrophes).ShouldBe(expected);

    [Fact]
    public void WindowsHasItsOwnQuotes() =>
        MetricStart.Place("eval '{model}' {original}", @"C:\a b\m.onnx", "o", MetricStart.InQuotes).ShouldBe("eval \"C:\\a b\\m.onnx\" \"o\"");
}
