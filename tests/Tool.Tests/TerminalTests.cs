using System.Diagnostics;
using System.Text.RegularExpressions;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>The tool on a real terminal, which <c>script</c> provides.</summary>
[Trait("Speed", "Slow")]
public sealed partial class TerminalTests : IDisposable
{
    private const string Script = "/usr/bin/script";

    private readonly Workspace _work = new();

    public TerminalTests() => _work.WriteModel("m.onnx", ("a", 40, 50));

    public void Dispose() => _work.Dispose();

    [TerminalFact]
    public async Task AVerdictIsColoured() => Colour().IsMatch(await OnTerminal("xterm-256color", noColor: null)).ShouldBeTrue();

    [TerminalFact]
    public async Task NoColorIsObeyed()
    {
        var screen = await OnTerminal("xterm-256color", noColor: "1");
        screen.ShouldContain("passed");
        Colour().IsMatch(screen).ShouldBeFalse(screen);
    }

    [TerminalFact]
    public async Task ADumbTerminalGetsNoEscapeCodes()
    {
        var screen = await OnTerminal("dumb", noColor: null);
        screen.ShouldContain("passed");
        screen.ShouldNotContain("\e");
    }

    [TerminalFact]
    public async Task WeightsSpeedAndTimeLeftAreShownWhileItRuns()
    {
        File.Copy(TinyGpt.Model, _work["gpt.onnx"]);
        var screen = await OnTerminal("xterm-256color", noColor: "1", "gpt.onnx --threads 1");
        screen.ShouldContain("gpt.onnx: compressing");
        screen.ShouldMatch("[0-9]+ of [0-9]+ chunks, [0-9.]+ of 13.0 MB, [0-9.]+ MB/s, [0-9:]+ left");
    }

    /// <summary>Each phase of a search says what it does, how much of it is done and what is left; no more than it may take.</summary>
    [TerminalFact]
    public async Task ACalibratedSearchShowsWhereItIs()
    {
        _work.Write("compress.yml", $$"""
            models: [ '{{TinyGpt.Model}}' ]
            rules:
              - weights: "*.weight"
                stack: [ quantize: { for: outputs, maxTime: 60 s, calibration: '{{TinyGpt.Calibration}}' } ]
            gate: { onFailure: warning, outputs: { samples: '{{TinyGpt.Validation}}', r2: 0.99 } }
            report: json
            output: out
            """);
        var screen = await OnTerminal("xterm-256color", noColor: "1", "compress.yml");
        foreach (var phase in (string[])["measuring the inputs of layers", "measuring what each weight does to the outputs", "searching the smallest artifact"])
            TimeLeft().IsMatch(Regex.Match(screen, $"tiny-gpt.onnx: {phase} +([^\\r\\n]*) left").Groups[1].Value).ShouldBeTrue(screen);
    }

    private async Task<string> OnTerminal(string terminal, string? noColor, string arguments = "m.onnx")
    {
        var start = new ProcessStartInfo(Script,
            ["-qec", $"stty cols 160; dotnet exec '{typeof(ExitCode).Assembly.Location}' {arguments}", "/dev/null"])
        {
            WorkingDirectory = _work.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TERM"] = terminal;
        start.Environment["NO_COLOR"] = noColor;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        return (await ToolProcess.Finish(process)).ShouldEndWith(0).Output;
    }

    /// <summary>A share or a speed, and at most a minute.</summary>
    [GeneratedRegex(@"( %|MB/s), (0:[0-5][0-9]|1:00)$")]
    private static partial Regex TimeLeft();

    /// <summary>Select Graphic Rendition.</summary>
    [GeneratedRegex(@"\e\[[0-9;]+m")]
    private static partial Regex Colour();

    /// <summary>A fact that is reported as skipped where there is no <c>script</c>.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class TerminalFactAttribute : FactAttribute
    {
        public TerminalFactAttribute() => Skip = File.Exists(Script) ? null : $"{Script} does not exist; it makes a terminal to run in.";
    }
}
