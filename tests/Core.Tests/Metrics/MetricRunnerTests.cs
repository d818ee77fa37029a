using System.Diagnostics;
using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Metrics;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Metrics;

/// <summary>Real programs: scripts of a POSIX shell.</summary>
[Trait("Speed", "Slow")]
public sealed class MetricRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _announced = [];

    public MetricRunnerTests()
    {
        _folder.Write("original.onnx", "123456"u8.ToArray());
        _folder.Write("tmp/restored.onnx", "1234"u8.ToArray());
    }

    public void Dispose() => _folder.Dispose();

    [ShellFact]
    public void AProgramMeasuresTheRestoredModelInTheFolderOfTheSpec()
    {
        _folder.Write("data.txt", "12\n"u8.ToArray());
        Script("eval.sh", "echo reading; wc -c < \"$1\" >> sizes; expr $(wc -c < \"$1\") + $(cat data.txt)");
        Measure("run: 'sh eval.sh {model}', atMost: 20").Restored.ShouldBe(new(16));
        File.ReadAllText(_folder["sizes"]).Trim().ShouldBe("4");
    }

    [ShellFact]
    public void TheOriginalIsMeasuredOnceWhereAThresholdNeedsIt()
    {
        Script("eval.sh", "echo \"$1\" | sed 's|.*/||' >> runs; wc -c < \"$1\"");
        var runner = Runner("{ name: bytes, run: [ sh, eval.sh, '{model}' ], drop: 3 }");
        for (var i = 0; i < 2; i++)
        {
            var metric = runner.Measure(_folder["tmp/restored.onnx"]).ShouldHaveSingleItem();
            (metric.Restored.Value, metric.Original!.Value).ShouldBe((4, 6));
        }

        File.ReadAllLines(_folder["runs"]).ShouldBe(["restored.onnx", "original.onnx", "restored.onnx"]);
    }

    /// <summary>Both places of the command then name the original.</summary>
    [ShellFact]
    public void AProgramOfTwoModelsIsAskedForTheOriginalAgainstItself()
    {
        Script("eval.sh", "expr 100 \\* $(wc -c < \"$1\") + $(wc -c < \"$2\")");
        var metric = Measure("run: 'sh eval.sh {model} {original}', drop: 500");
        (metric.Restored.Value, metric.Original!.Value).ShouldBe((406, 606));
    }

    [ShellFact]
    public void EqualCommandsAreRunOnceAndTheirObjectServesAll()
    {
        Script("eval.sh", "echo run >> runs; echo '{\"wer\": 0.5, \"cer\": 0.25}'");
        var measured = Runner(
            "{ name: wer, run: 'sh eval.sh {model}', atMost: 1 }", "{ name: cer, run: [ sh, eval.sh, '{model}' ], atMost: 1 }",
            "{ name: wil, run: 'sh eval.sh {model}', atMost: 1 }").Measure(_folder["tmp/restored.onnx"]);
        measured.Select(metric => metric.Restored.Value).ShouldBe([0.5, 0.25, double.NaN]);
        measured[2].Failure!.Code.ShouldBe("CT1535");
        measured[2].Failure!.Message.ShouldEndWith("printed a JSON object without a number \"wil\"; it has \"wer\", \"cer\"");
        File.ReadAllLines(_folder["runs"]).Length.ShouldBe(1);
        _announced.ShouldBe(["wer, cer, wil"]);
    }

    [ShellFact]
    public void AShellIsUsedOnlyWhenAskedFor()
    {
        Measure("run: 'echo {model} | wc -l', shell: true, atMost: 1").Restored.Value.ShouldBe(1);
        Failure("run: 'echo {model} | wc -l', atMost: 1").Message.ShouldEndWith(
            "printed no number: \"{model} | wc -l\". Print the figure, or a JSON object, as the last line of standard output");
    }

    [ShellFact]
    public void AnExitCodeIsExplainedByTheLastLineOfStandardError()
    {
        Script("eval.sh", "echo 0.5; echo loading $1 >&2; printf '\\033[31mno such file: labels.csv\\n' >&2; exit 3");
        var failure = Failure("run: 'sh eval.sh {model}', atMost: 1");
        failure.Code.ShouldBe("CT1533");
        failure.Message.ShouldBe(
            "the metric \"wer\" of the restored model is unknown: \"sh eval.sh {model}\" ended with exit code 3: [31mno such file: labels.csv. The "
                + "report has the rest of its output");
        failure.Output.ShouldBe("0.5\nloading {model}\n[31mno such file: labels.csv");
    }

    [ShellTheory]
    [InlineData("nonesuch {model}", "CT1532", "could not be started: ")]
    [InlineData("./nonesuch.sh {model}", "CT1532", "give its path relative to the spec")]
    [InlineData("true {model}", "CT1535", "printed no number, and wrote nothing")]
    [InlineData("echo NaN", "CT1536", "printed what is not a finite number: \"NaN\"")]
    [InlineData("false {model}", "CT1533", "ended with exit code 1, and wrote nothing")]
    public void WhatHappenedIsSaid(string command, string code, string message)
    {
        var needsShell = !command.Contains('{');
        var failure = Failure($"run: '{command}{(needsShell ? " # {model}" : "")}', atMost: 1{(needsShell ? ", shell: true" : "")}");
        failure.Code.ShouldBe(code);
        failure.Message.ShouldContain(message);
        failure.Message.ShouldNotContain(_folder["tmp"]);
    }

    [ShellFact]
    public void ATimeOutEndsTheProgramWithItsChildren()
    {
        var clock = Stopwatch.StartNew();
        Script("eval.sh", "sleep 987 & echo $! > child; echo waiting; wait");
        var failure = Failure("run: 'sh eval.sh {model}', atMost: 1, timeout: 1 s");
        failure.Code.ShouldBe("CT1534");
        failure.Message.ShouldContain("was ended after 1 s: waiting. Give it more time with \"timeout\"");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        ShouldBeGone();
    }

    [ShellFact]
    public async Task CancellationEndsTheProgramWithItsChildren()
    {
        Script("eval.sh", "sleep 987 & echo $! > child.new; mv child.new child; wait");
        using var source = new CancellationTokenSource();
        var runner = Runner(source.Token, "{ name: wer, run: 'sh eval.sh {model}', atMost: 1 }");
        var measuring = Task.Run(() => runner.Measure(_folder["tmp/restored.onnx"]));
        while (!File.Exists(_folder["child"]))
            await Task.Delay(20);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => measuring);
        ShouldBeGone();
    }

    /// <summary>A server that a program leaves behind holds its streams open, and nobody waits for it.</summary>
    [ShellFact]
    public void WhatAProgramLeavesBehindIsNotWaitedFor()
    {
        var clock = Stopwatch.StartNew();
        Script("eval.sh", "sleep 20 & echo 0.5");
        Measure("run: 'sh eval.sh {model}', atMost: 1").Restored.Value.ShouldBe(0.5);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    [ShellFact]
    public void StandardInputIsEmpty()
    {
        Script("eval.sh", "wc -c");
        Measure("run: 'sh eval.sh {model}', atMost: 1").Restored.Value.ShouldBe(0);
    }

    [ShellFact]
    public void ManyMegabytesOfOutputAreReadAndTheFigureIsTheLastLine()
    {
        Script("eval.sh", "yes 'a line of progress' | head -c 20000000; echo; yes noise | head -c 20000000 >&2; echo 0.75");
        Measure("run: 'sh eval.sh {model}', atMost: 1").Restored.Value.ShouldBe(0.75);
    }

    [Fact]
    public void InputsAreFoundBeforeAnythingRuns()
    {
        _folder.Write("Eval/Program.cs", []);
        _folder.Write("Eval/obj/a.txt", []);
        _folder.Write("test.npz", []);
        Runner("{ name: wer, run: 'eval {model}', atMost: 1, inputs: [ 'Eval/*.cs', test.npz ] }").Files
            .ShouldBe([_folder["Eval/Program.cs"], _folder["test.npz"]]);
        var error = Should.Throw<CompressException>(() => Runner("{ name: wer, run: 'eval {model}', atMost: 1, inputs: [ 'Eval/*.py' ] }"))
            .Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Location!.Line, error.Location.Column).ShouldBe(("CT1531", 4, 62));
        error.Message.ShouldContain("\"Eval/*.py\" matches no file");
    }

    private void ShouldBeGone()
    {
        var child = int.Parse(File.ReadAllText(_folder["child"]), System.Globalization.CultureInfo.InvariantCulture);
        var clock = Stopwatch.StartNew();
        while (IsRunning(child))
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
            Thread.Sleep(50);
        }
    }

    /// <summary>A process that ended and that nobody has asked about yet is a zombie, not running.</summary>
    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited
                && !(File.Exists($"/proc/{id}/stat") && File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return false;
        }
    }

    private void Script(string name, string text) => _folder.Write(name, System.Text.Encoding.UTF8.GetBytes($"{text}\n"));

    private MetricFailure Failure(string options)
    {
        var metric = Measure(options);
        metric.Restored.Value.ShouldBe(double.NaN);
        return metric.Failure.ShouldNotBeNull();
    }

    private MeasuredMetric Measure(string options) =>
        Runner($"{{ name: wer, {options} }}").Measure(_folder["tmp/restored.onnx"]).ShouldHaveSingleItem();

    private MetricRunner Runner(params string[] metrics) => Runner(CancellationToken.None, metrics);

    private MetricRunner Runner(CancellationToken cancellationToken, params string[] metrics)
    {
        var yaml = $"models: [ original.onnx ]\ngate:\n  metrics:\n{string.Concat(metrics.Select(metric => $"    - {metric}\n"))}";
        var spec = CompressionSpec.Parse(yaml, _folder["compress.yml"]);
        return MetricRunner.Prepare(spec.Gate, spec.Folder, _folder["original.onnx"], _announced.Add, cancellationToken).ShouldNotBeNull();
    }
}
