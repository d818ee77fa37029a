using System.CommandLine;
using CompressTasks.Tool.Commands;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. Build().Subcommands.Where(command => !command.Hidden).SelectMany(command =>
        command.Subcommands.Select(inner => $"{command.Name} {inner.Name}").Prepend(command.Name))];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task EveryCommandHasExamplesThatParse(string name)
    {
        var run = (await ToolRun.InProcess([.. name.Split(' '), "--help"])).ShouldEndWith(0);
        run.Output.ShouldContain($"Usage:{Environment.NewLine}  dotnet compress {name} ");
        if (name != "plan")
            run.Output.ShouldNotContain("[<spec|model>...] [");
        Examples(run.Output).ShouldNotBeEmpty();
        foreach (var example in Examples(run.Output))
        {
            var parsed = Build().Parse(example);
            parsed.Errors.ShouldBeEmpty(example);
            $"{example} ".ShouldStartWith($"{name} ");
        }
    }

    [Fact]
    public async Task TheMainJobHasExamplesThatParse()
    {
        var run = (await ToolRun.InProcess("--help")).ShouldEndWith(0);
        run.Output.ShouldContain($"Usage:{Environment.NewLine}  dotnet compress [<spec|model>...] [command] [options]");
        Examples(run.Output).Count().ShouldBeGreaterThan(2);
        foreach (var example in Examples(run.Output))
            Build().Parse(example).Errors.ShouldBeEmpty(example);
    }

    [Theory]
    [InlineData()]
    [InlineData("compare")]
    [InlineData("study")]
    public async Task ADefaultIsSaidOnce(params string[] command)
    {
        var run = (await ToolRun.InProcess([.. command, "--help"])).ShouldEndWith(0);
        run.Output.Split(Environment.NewLine).Where(line => line.Contains("[default", StringComparison.Ordinal))
            .ShouldAllBe(line => line.IndexOf("default", StringComparison.OrdinalIgnoreCase) == line.IndexOf("[default", StringComparison.Ordinal) + 1);
    }

    [Theory]
    [InlineData("unknown option '--treads' of dotnet compress; did you mean '--threads'?", "m.onnx", "--treads", "4")]
    [InlineData("unknown option '--jsn' of dotnet compress; did you mean '--json'?", "--jsn")]
    [InlineData("unknown option '--aginst' of dotnet compress verify; did you mean '--against'?", "verify", "--aginst", "a.onnx", "a.onnxz")]
    [InlineData("unknown option '--zip' of dotnet compress inspect; expected --json or --help", "inspect", "m.onnx", "--zip")]
    [InlineData("unknown command 'verfy'; did you mean 'verify'?", "verfy", "a.onnxz", "b.onnx")]
    public async Task WhatIsUnknownIsAnsweredWithTheNearest(string message, params string[] args)
    {
        var run = (await ToolRun.InProcess(args)).ShouldEndWith(1);
        run.Error.Split(Environment.NewLine)[..^1]
            .ShouldBe([$"compress: error CT5001: {message}", "Run 'dotnet compress --help' to see the commands and options."]);
    }

    [Fact]
    public async Task AMisspeltCommandAloneIsNoFileButMayBeACommand() =>
        (await ToolRun.InProcess("shcema")).ShouldEndWith(1).Error.ShouldEndWith($"or did you mean the command 'schema'?{Environment.NewLine}");

    [Fact]
    public async Task AFileWithTheNameOfAnOptionCanBeGiven() =>
        (await ToolRun.InProcess("inspect", "--", "--gone.onnx")).ShouldEndWith(1).Error.ShouldStartWith("--gone.onnx: error CT2001: ");

    private static RootCommand Build() => CommandLine.Build(new ToolConsole(TextWriter.Null, TextWriter.Null, false, false));

    private static IEnumerable<string> Examples(string help) =>
        help.Split(Environment.NewLine).SkipWhile(line => line != "Examples:")
            .Where(line => line.StartsWith("  dotnet compress", StringComparison.Ordinal)).Select(line => line["  dotnet compress ".Length..]);
}
