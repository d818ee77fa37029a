using System.Text.Json;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class SchemaCommandTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task TheSchemaIsPrintedAlone()
    {
        var run = (await ToolRun.InProcess("schema")).ShouldEndWith(0);
        using var schema = JsonDocument.Parse(run.Output);
        schema.RootElement.GetProperty("title").GetString().ShouldBe(JsonSchema.Title);
        run.Error.ShouldBe("");
    }

    [Fact]
    public async Task AFileThatExistsNeedsForce()
    {
        var path = _work.Write("s.json", "mine");
        (await ToolRun.InProcess("schema", "-o", path)).ShouldEndWith(1).Error.ShouldStartWith($"{path}: error CT5003: ");
        (await ToolRun.InProcess("schema", "-o", path, "--force")).ShouldEndWith(0).Output.ShouldBe(path + Environment.NewLine);
        File.ReadAllText(path).ShouldBe((await ToolRun.InProcess("schema")).Output);
    }
}
