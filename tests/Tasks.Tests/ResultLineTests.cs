namespace CompressTasks.Tasks.Tests;

public sealed class ResultLineTests
{
    [Theory]
    [InlineData("models/a.onnx -> /obj/compress/models/a.onnxz (13.02 MB to 1.37 MB, 9.51x, gate passed)",
        "a.onnxz: 13.02 MB to 1.37 MB, 9.51x, gate passed")]
    [InlineData("a.onnx -> /obj/a.onnxz (3.4 bits/weight)", "a.onnxz: 3.4 bits\u2215weight")]
    [InlineData(@"a.onnx -> C:\obj\my (a).onnxz (1 kB to 1 kB, gate passed)", "my (a).onnxz: 1 kB to 1 kB, gate passed")]
    [InlineData("models/a.onnx -> /obj/compress/models/a.onnx (1 kB to 1 kB)", "a.onnx: 1 kB to 1 kB")]
    [InlineData("App -> /bin/Debug/App.dll", null)]
    [InlineData("a.onnx: 45 % (3 of 7 weights)", null)]
    public void NameAndFiguresWithoutFolders(string line, string? expected) => ResultLine.Shorten(line).ShouldBe(expected);
}
