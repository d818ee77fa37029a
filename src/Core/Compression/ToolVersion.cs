using System.Reflection;

namespace CompressTasks.Compression;

/// <summary>What an artifact and a report say of the program that made them.</summary>
internal static class ToolVersion
{
    /// <summary>Such as <c>CompressTasks 1.2.3</c>: without the build's commit, so that the same version gives the same bytes.</summary>
    public static string NameAndVersion { get; } = $"CompressTasks {Version()}";

    private static string Version()
    {
        var version = typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return version.Split('+')[0];
    }
}
