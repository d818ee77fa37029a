using System.Text.Json;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class SpecOverridesTests : IDisposable
{
    private const string SpecWithoutModels =
        """
        rules: [ { weights: "**", stack: [ quantize: { r2: 0.99 } ] } ]
        gate: { r2: 0.98, weightR2: 0.98 }
        """;

    private readonly Workspace _work = new();

    public SpecOverridesTests()
    {
        _work.WriteModel("first.onnx", ("w", 40, 50));
        _work.WriteModel("more/second.onnx", ("w", 40, 50));
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task ModelsOfTheCommandLineTakeThePlaceOfTheSpecs()
    {
        var spec = _work.Write("compress.yml", "models: [ gone.onnx ]\n" + SpecWithoutModels);

        (await ToolRun.InProcess(spec, "--model", _work["first.onnx"], "--model", _work["more/second.onnx"])).ShouldEndWith(0);

        _work.Entries.Where(entry => entry.EndsWith(".onnxz", StringComparison.Ordinal))
            .ShouldBe(["artifacts/first.onnxz", "artifacts/second.onnxz"]);
    }

    [Fact]
    public async Task SpecWithoutModelsNeedsThemFromTheCommandLine()
    {
        var spec = _work.Write("compress.yml", SpecWithoutModels);

        (await ToolRun.InProcess(spec)).ShouldEndWith(1).Error.ShouldContain("CT1015");
        (await ToolRun.InProcess(spec, "--model", _work["first.onnx"])).ShouldEndWith(0);
    }

    [Fact]
    public async Task ThresholdOfTheWorstWeightStandsAtTheSpecsPlace()
    {
        var spec = _work.Write("compress.yml", "models: [ first.onnx ]\n" + SpecWithoutModels);

        (await ToolRun.InProcess(spec, "--weight-r2", "0.9999")).ShouldEndWith(2).Error.ShouldContain($"{spec}(3,29): error CT4002");
    }

    [Theory]
    [InlineData("--r2", "the gate asks for at least 0.9999 (set by --r2, or CompressR2 of a build, in place of the spec's 0.98).")]
    [InlineData("--weight-r2", "the R² of 0.9999 (set by --weight-r2, or CompressWeightR2 of a build, in place of the spec's 0.98) that the gate asks of each.")]
    public async Task ThresholdFromOutsideSaysWhoSetIt(string option, string message)
    {
        var spec = _work.Write("compress.yml", "models: [ first.onnx ]\n" + SpecWithoutModels);

        (await ToolRun.InProcess(spec, option, "0.9999")).ShouldEndWith(2).Error.ShouldContain(message);
    }

    [Fact]
    public async Task AFormatTakesThePlaceOfTheSpecs()
    {
        var spec = _work.Write("compress.yml", "models: [ { path: first.onnx, format: both } ]\nrules: [ { weights: '**', stack: [ float16 ] } ]");

        (await ToolRun.InProcess("plan", spec, "--format", "onnx")).ShouldEndWith(0).Output.ShouldMatch("format +onnx +--format");
        (await ToolRun.InProcess(spec, "--format", "onnx", "--no-probe")).ShouldEndWith(0);

        _work.Entries.Where(entry => entry.Contains(".onnx", StringComparison.Ordinal) && entry.StartsWith("artifacts/", StringComparison.Ordinal))
            .ShouldBe(["artifacts/first.onnx"]);
    }

    [Fact]
    public async Task AFormatThatNoStageMakesIsNamed()
    {
        var spec = _work.Write("compress.yml", "models: [ first.onnx ]\n" + SpecWithoutModels);

        (await ToolRun.InProcess(spec, "--format", "onnx")).ShouldEndWith(1).Error.ShouldStartWith($"{spec}(1,11): error CT1036");
        (await ToolRun.InProcess(_work["first.onnx"], "--format", "both")).ShouldEndWith(1).Error
            .ShouldStartWith($"{_work["first.onnx"]}: error CT1036");
    }

    [Fact]
    public async Task FailedGateMayBeAWarningAndIsStillWrittenAsFailed()
    {
        var spec = _work.Write("compress.yml", "models: [ first.onnx ]\n" + SpecWithoutModels);

        var run = (await ToolRun.InProcess(spec, "--r2", "0.9999", "--on-failure", "warning", "--json")).ShouldEndWith(0);

        run.Error.ShouldContain("warning CT4001");
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.GetProperty("gate").GetProperty("passed").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("Argument 'ignore' not recognized. Must be one of:", "--on-failure", "ignore")]
    [InlineData("--weight-r2 must be a number above 0 and below 1, but is '2'.", "--weight-r2", "2")]
    public async Task ValueThatMakesNoSenseIsNamed(string message, params string[] arguments) =>
        (await ToolRun.InProcess([_work.Write("compress.yml", "models: [ first.onnx ]"), .. arguments])).ShouldEndWith(1)
            .Error.ShouldContain(message);
}
