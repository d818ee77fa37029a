using System.Text.Json;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public InspectCommandTests() => _work.WriteModel("m.onnx", ("layer[0]/[red]w", 40, 50), ("b", 3, 6));

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task AModelIsListed()
    {
        var run = (await ToolRun.InProcess("inspect", _work["m.onnx"])).ShouldEndWith(0);
        run.Output.Split('\n').Single(line => line.Contains("layer[0]/[red]w", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["layer[0]/[red]w", "float32", "40×50", "2000", "8000", "raw_data"]);
        run.Output.ShouldContain("8.1 kB, 2 weights");
        run.Error.ShouldBe("");
    }

    [Fact]
    public async Task AnArtifactIsListed()
    {
        await ToolRun.InProcess(_work["m.onnx"]);
        var run = (await ToolRun.InProcess("inspect", _work["m.onnxz"])).ShouldEndWith(0);
        run.Output.ShouldContain("quantize");
        run.Output.ShouldContain("1 chunk, ");
    }

    [Theory]
    [InlineData("m.onnx", "model", 2)]
    [InlineData("m.onnxz", "artifact", 1)]
    public async Task BothAreAlsoJson(string file, string kind, int weights)
    {
        await ToolRun.InProcess(_work["m.onnx"]);
        using var json = JsonDocument.Parse((await ToolRun.InProcess("inspect", _work[file], "--json")).ShouldEndWith(0).Output);
        json.RootElement.GetProperty("kind").GetString().ShouldBe(kind);
        json.RootElement.GetProperty("weights").GetArrayLength().ShouldBe(weights);
        json.RootElement.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(_work[file]).Length);
    }

    [Theory]
    [InlineData("gone.onnx", "CT2001")]
    [InlineData("gone.onnxz", "CT3001")]
    [InlineData("", "CT2001")]
    public async Task AMissingFileIsSaid(string file, string code) =>
        (await ToolRun.InProcess("inspect", _work[file])).ShouldEndWith(1).Error.ShouldStartWith($"{_work[file]}: error {code}: ");
}
