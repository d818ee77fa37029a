namespace CompressTasks.Tool.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly Workspace _work = new();

    public CommandLineTests() => _work.WriteModel("m.onnx", ("w", 40, 50));

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("--r2 must be a number above 0 and below 1, but is 'abc'.", "MODEL", "--r2", "abc")]
    [InlineData("--r2 must be a number above 0 and below 1, but is '0'.", "MODEL", "--r2", "0")]
    [InlineData("--r2 must be a number above 0 and below 1, but is '1'.", "MODEL", "--r2", "1")]
    [InlineData("--r2 must be a number above 0 and below 1, but is 'NaN'.", "MODEL", "--r2", "NaN")]
    [InlineData("--r2 must be a number above 0 and below 1, but is '0,9'.", "MODEL", "--r2", "0,9")]
    [InlineData("--threads must be a whole number from 1 to 1024, but is '0'.", "MODEL", "--threads", "0")]
    [InlineData("--threads must be a whole number from 1 to 1024, but is '1025'.", "MODEL", "--threads", "1025")]
    [InlineData("--threads must be a whole number from 1 to 1024, but is 'many'.", "MODEL", "--threads", "many")]
    [InlineData("--verbosity must be quiet, minimal, normal or detailed, but is 'loud'.", "MODEL", "-v", "loud")]
    [InlineData("--verbosity must be quiet, minimal, normal or detailed, but is '2'.", "MODEL", "-v", "2")]
    [InlineData("--components must be a whole number from 1 to 64, but is '65'.", "study", "MODEL", "--components", "65")]
    [InlineData("--rows must be a whole number from 1 up, but is '-1'.", "study", "MODEL", "--rows", "-1")]
    [InlineData("--output is empty; give a path, or leave the option out.", "MODEL", "-o", "")]
    [InlineData("--output is empty; give a path, or leave the option out.", "restore", "MODEL", "--output", "")]
    [InlineData("--output is empty; give a path, or leave the option out.", "init", "MODEL", "-o", "")]
    [InlineData("'--wieghts'", "study", "MODEL", "--wieghts", "x")]
    [InlineData("'--nonsense'", "MODEL", "--nonsense")]
    [InlineData("'artifact'", "restore")]
    public async Task AWrongCommandLineIsOneLineAndAHint(string message, params string[] args)
    {
        var run = (await ToolRun.InProcess([.. args.Select(arg => arg == "MODEL" ? _work["m.onnx"] : arg)])).ShouldEndWith(1);
        var lines = run.Error.TrimEnd().Split(Environment.NewLine);
        lines[0].ShouldStartWith("compress: error CT5001: ");
        run.Error.ShouldContain(message);
        lines[^1].ShouldBe("Run 'dotnet compress --help' to see the commands and options.");
        run.Output.ShouldBe("");
        _work.Entries.ShouldBe(["m.onnx"]);
    }

    [Fact]
    public async Task WhatIsNotForUsersIsNotOffered()
    {
        var error = (await ToolRun.InProcess(_work["m.onnx"], "--nonsense")).ShouldEndWith(1).Error;
        error.ShouldContain("--receipt");
        foreach (var hidden in (string[])["--receipt-key", "--parent-process", "--project-assets", "--restore-onnxruntime"])
            error.ShouldNotContain(hidden);
    }

    [Fact]
    public async Task CancellationEndsWithOneHundredAndThirty()
    {
        using StringWriter output = new(), error = new();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var exitCode = await Tool.Commands.CommandLine.RunAsync([_work["m.onnx"]], new Tool.Output.ToolConsole(output, error, false, false),
            cancelled.Token);
        exitCode.ShouldBe(130);
        error.ToString().ShouldEndWith($"Cancelled; no file was left half-written.{Environment.NewLine}");
        _work.Entries.ShouldBe(["m.onnx"]);
    }
}
