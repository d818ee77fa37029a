using System.Diagnostics;
using System.Globalization;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks;

/// <summary>The package as it would be published, in a feed and a package folder of its own, and console projects that find it there.</summary>
/// <param name="root">A folder outside of the repository.</param>
/// <param name="purpose">A word for the version, which no cache knows.</param>
internal sealed class PackageFeed(string root, string purpose)
{
    private string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-{purpose}.{DateTime.UtcNow.Ticks}");

    public void Pack()
    {
        using var process = Start(Repository.Root, "pack", "src/Tasks", "-c", "Release", "-o", Path.Combine(root, "feed"),
            $"-p:PackageVersion={Version}", "-nodeReuse:false");
        Finish(process);
    }

    /// <returns>The project's folder.</returns>
    public string CreateProject(string name, bool usesPackage)
    {
        var folder = Path.Combine(root, name);
        Directory.CreateDirectory(folder);
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            File.WriteAllText(Path.Combine(folder, file), "<Project />");
        File.WriteAllText(Path.Combine(folder, "NuGet.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{root}/packages" /></config>
              <packageSources><clear /><add key="made here" value="{root}/feed" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), "System.Console.WriteLine(\"Hello\");");
        var package = usesPackage ? $"""<PackageReference Include="CompressTasks" Version="{Version}" PrivateAssets="all" />""" : "";
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>{package}</ItemGroup>
            </Project>
            """);
        return folder;
    }

    /// <summary>Starts a <c>dotnet</c> command.</summary>
    public static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        // What runs this benchmark must not lead the other SDK process astray.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }

    /// <exception cref="InvalidOperationException">The command has failed.</exception>
    public static void Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"dotnet {string.Join(' ', process.StartInfo.ArgumentList)} failed in {process.StartInfo.WorkingDirectory}:\n{output}");
    }
}
