namespace CompressTasks.Tool;

/// <summary>The tool's documented exit codes.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something was wrong with the input, the command line or the machine; nothing was written.</summary>
    public const int Error = 1;

    /// <summary>Everything was written, and the quality gate does not hold.</summary>
    public const int GateFailed = 2;

    /// <summary>Ctrl+C or a termination signal, by the shell's convention of 128 + SIGINT.</summary>
    public const int Cancelled = 130;
}
