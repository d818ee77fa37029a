namespace CompressTasks.Tasks.Tests.Package;

/// <summary>A test that compiles to machine code, which takes a linker: that of a C compiler.</summary>
internal sealed class NativeAotFactAttribute : FactAttribute
{
    public NativeAotFactAttribute()
    {
        if (Linker is null)
            Skip = "needs Linux with clang or gcc (the Debian package gcc)";
    }

    /// <summary>The first there is; null for none.</summary>
    public static string? Linker { get; } = OperatingSystem.IsLinux() ? Array.Find(["clang", "gcc"], IsOnPath) : null;

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
