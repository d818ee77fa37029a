using System.Diagnostics;

namespace CompressTasks.Corpus;

/// <summary>
/// The compiler server of the builds that tests run, as users have one: without it every build starts a compiler, and that takes longer than all that is
/// tested. It is of this process alone, and ends with it.
/// </summary>
public static class CompilerServer
{
    private static readonly string _pipe = $"compresstasks-tests-{Environment.ProcessId}";

    static CompilerServer() => AppDomain.CurrentDomain.ProcessExit += (_, _) => ShutDown();

    /// <summary>Lets builds with this environment use the server; the first of them starts it.</summary>
    public static void AddTo(IDictionary<string, string?> environment)
    {
        environment["UseSharedCompilation"] = "true";
        environment["SharedCompilationId"] = _pipe;

        // Analyzers see this repository's code when it is built itself.
        environment["RunAnalyzers"] = "false";
    }

    /// <summary>Where there is no /proc, it ends by itself some minutes later.</summary>
    private static void ShutDown()
    {
        // Its command line is all that tells it from servers of others.
        foreach (var server in Process.GetProcessesByName("VBCSCompiler"))
        {
            try
            {
                if (File.ReadAllText($"/proc/{server.Id}/cmdline").Contains(_pipe, StringComparison.Ordinal))
                    server.Kill();
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
    }
}
