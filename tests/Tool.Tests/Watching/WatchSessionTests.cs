using CompressTasks.Tool.Output;
using CompressTasks.Tool.Watching;

namespace CompressTasks.Tool.Tests.Watching;

public sealed class WatchSessionTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task WhatCannotBeSearchedForAWhileDoesNotEndTheSession()
    {
        _work.Write("spec", "0");
        using var over = new CancellationTokenSource();
        using var error = new StringWriter();
        var session = new WatchSession(new ToolConsole(TextWriter.Null, error, outputIsTerminal: false, errorIsTerminal: false), Verbosity.Quiet, over.Token);
        var (finds, runs) = (0, 0);

        var watching = Task.Run(() => session.Run(Find, Run));
        while (!watching.IsCompleted)
        {
            await Task.Delay(1500);
            _work.Write("spec", $"{finds}");
        }

        watching.Exception!.InnerException.ShouldBeOfType<OperationCanceledException>();
        (finds, runs).ShouldBe((3, 2));
        error.ToString().ShouldContain("error CT5002: no entry");

        WatchedFiles Find(WatchedFiles? before)
        {
            if (++finds == 2)
                throw new UnauthorizedAccessException("no entry");
            var watched = new WatchedFiles();
            watched.Add(_work["spec"]);
            return watched;
        }

        int Run()
        {
            if (++runs == 2)
                over.Cancel();
            return 0;
        }
    }
}
