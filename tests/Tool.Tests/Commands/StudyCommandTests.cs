using System.Text.Json;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class StudyCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public StudyCommandTests() => _work.WriteModel("m.onnx", ("a", 40, 50), ("b", 30, 60));

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task TheThreeTablesArePrinted()
    {
        var run = (await Study("--components", "2")).ShouldEndWith(0);
        run.Output.ShouldContain("L1: Gaussians on the rows of the weights");
        run.Output.ShouldContain("R² to parameters");
        run.Output.ShouldContain("Tower: PCA repeated");
        run.Error.ShouldBe("");
    }

    [Fact]
    public async Task TheTablesAreAlsoJsonOfTheRowsAndWeightsAskedFor()
    {
        using var json = JsonDocument.Parse((await Study("--weights", "b", "--rows", "16", "--components", "2", "--threads", "2", "--json"))
            .ShouldEndWith(0).Output);
        var row = json.RootElement.GetProperty("gaussian").EnumerateArray().ShouldHaveSingleItem();
        (row.GetProperty("weight").GetString(), row.GetProperty("rows").GetInt32(), row.GetProperty("parameters").GetInt64())
            .ShouldBe(("b", 16, 16 * 6));
        json.RootElement.GetProperty("secondStage").GetArrayLength().ShouldBeGreaterThan(8);
        json.RootElement.GetProperty("tower").GetArrayLength().ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task NoMatchIsAnError() =>
        (await Study("--weights", "c*")).ShouldEndWith(1)
            .Error.ShouldStartWith($"{_work["m.onnx"]}: error CT5004: No floating-point weight with at least two dimensions matches 'c*'.");

    [Fact]
    public async Task AMalformedGlobIsAnError() => (await Study("--weights", "[")).ShouldEndWith(1).Error.ShouldContain("error CT1022:");

    private Task<ToolRun> Study(params string[] options) => ToolRun.InProcess(["study", _work["m.onnx"], .. options]);
}
