namespace CompressTasks.Core.Tests.Metrics;

/// <summary>A test whose programs are scripts of a POSIX shell.</summary>
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute() => Skip = ShellScripts.WhyNot;
}

/// <summary>The same with data.</summary>
internal sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute() => Skip = ShellScripts.WhyNot;
}

internal static class ShellScripts
{
    public static string? WhyNot { get; } = OperatingSystem.IsWindows() ? "The programs are scripts of a POSIX shell." : null;
}
