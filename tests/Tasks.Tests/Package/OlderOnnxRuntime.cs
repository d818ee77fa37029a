namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What apps of yesterday need, and this repository does not: NuGet fetches it into the user's package folder once.</summary>
internal static class OlderOnnxRuntime
{
    public const string Version = "1.30.0";
    public const string TargetFramework = "net8.0";

    private static readonly Lazy<string?> _missing = new(Restore);

    /// <summary>Why NuGet cannot fetch them, or null.</summary>
    public static string? Missing => _missing.Value;

    private static string? Restore()
    {
        var folder = Directory.CreateTempSubdirectory("compresstasks-older-").FullName;
        try
        {
            foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
                File.WriteAllText(Path.Combine(folder, file), "<Project />");
            File.WriteAllText(Path.Combine(folder, "Older.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>{TargetFramework}</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
                  <ItemGroup><PackageReference Include="Microsoft.ML.OnnxRuntime" Version="[{Version}]" /></ItemGroup>
                </Project>
                """);
            string[] arguments = ["restore", "-nodeReuse:false", "-terminalLogger:off"];
            var restore = DotNet.RunAsync(folder, new Dictionary<string, string?>(), arguments).GetAwaiter().GetResult();
            return restore.ExitCode == 0 ? null : $"NuGet cannot restore ONNX Runtime {Version} for {TargetFramework} here: {restore.Output}";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>A fact that is reported as skipped where NuGet does not have <see cref="OlderOnnxRuntime"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OlderOnnxRuntimeFactAttribute : FactAttribute
{
    public OlderOnnxRuntimeFactAttribute() => Skip = OlderOnnxRuntime.Missing;
}
