using System.ComponentModel;
using System.Diagnostics;
using System.Security;
using System.Text;

namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>
/// Lets NuGet fetch ONNX Runtime as it would for the project that is being built, from the project's feeds into the project's package folder,
/// by a restore of another, tiny project: the project's own packages, output and dependencies stay as they are.
/// </summary>
internal sealed class OnnxRuntimeRestore(ProjectAssets assets)
{
    private const string ProjectName = "OnnxRuntime.csproj";

    private static readonly string[] _ofThisBuild = ["MSBUILD", "MSBuildSDKsPath", "MSBuildExtensionsPath"];

    private const string Version = "$(OnnxRuntimeVersion)";

    /// <summary>The version that the tool was built with, and nothing else.</summary>
    private const string Exact = $"""<PackageDownload Include="{OnnxRuntimePackage.Id}" Version="[{Version}]" />""";

    /// <summary>Where the feeds lack that one: the next, as NuGet takes it for any project.</summary>
    private const string Next = $"""<PackageReference Include="{OnnxRuntimePackage.Id}" Version="{Version}" ExcludeAssets="all" />""";

    /// <returns>Null, or why it could not.</returns>
    public string? Run(CancellationToken cancellationToken) =>
        Run(Exact, cancellationToken) is not { } failure || Run(Next, cancellationToken) is null ? null : failure;

    private string? Run(string package, CancellationToken cancellationToken)
    {
        DirectoryInfo? folder = null;
        try
        {
            folder = Directory.CreateTempSubdirectory("compresstasks-restore-");
            File.WriteAllText(Path.Combine(folder.FullName, ProjectName), Project(package));
            var (exitCode, output) = Restore(folder.FullName, cancellationToken);
            return exitCode == 0 ? null : $"NuGet could not fetch {OnnxRuntimePackage.Id} {OnnxRuntimeVersion.OfTool} ({FirstError(output)})";
        }
        catch (Win32Exception e)
        {
            return $"NuGet could not be started ({e.Message})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"there is no temporary folder for NuGet to work in ({e.Message.TrimEnd('.')})";
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }

    private string Project(string package) => $"""
        <Project>
          <PropertyGroup>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
            <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
          </PropertyGroup>
          <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
          <PropertyGroup>
            <TargetFramework>net8.0</TargetFramework>
            <CheckEolTargetFramework>false</CheckEolTargetFramework>
            <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
            <NuGetAudit>false</NuGetAudit>
            <OnnxRuntimeVersion>{OnnxRuntimeVersion.OfTool}</OnnxRuntimeVersion>
            <RestoreRootConfigDirectory>{Value(assets.ProjectFolder)}</RestoreRootConfigDirectory>
            <RestoreSources>{List(assets.Sources)}</RestoreSources>
            <RestorePackagesPath>{Value(assets.PackagesPath)}</RestorePackagesPath>
            <RestoreFallbackFolders>{List(assets.FallbackFolders)}</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            {package}
          </ItemGroup>
          <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
        </Project>
        """;

    private (int ExitCode, string Output) Restore(string folder, CancellationToken cancellationToken)
    {
        // In the project's folder, whose global.json chooses the SDK.
        string[] options = ["-nologo", "-verbosity:quiet", "-nodeReuse:false", "-maxCpuCount:1", "-terminalLogger:off"];
        var start = new ProcessStartInfo(DotNet(), ["restore", Path.Combine(folder, ProjectName), .. options])
        {
            WorkingDirectory = assets.ProjectFolder is { } project && Directory.Exists(project) ? project : folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOfThisBuild).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "true";
        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using (cancellationToken.Register(() => process.Kill(entireProcessTree: true)))
            process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return (process.ExitCode, output.ToString());

        void Append(string? line)
        {
            lock (output)
                output.AppendLine(line);
        }
    }

    /// <summary>The host that runs this tool belongs to the SDK that is building.</summary>
    private static string DotNet() =>
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? host
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static bool IsOfThisBuild(string name) => _ofThisBuild.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static string FirstError(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var error = lines.FirstOrDefault(line => line.Contains("error ", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "without a reason";
        var start = error.IndexOf("error ", StringComparison.Ordinal);
        return (start < 0 ? error : error[(start + "error ".Length)..]).Split(" [", 2)[0].TrimEnd('.');
    }

    private static string List(IEnumerable<string> values) => string.Join(';', values.Select(Value));

    /// <summary>MSBuild's special characters, then those of XML.</summary>
    private static string Value(string? text) => SecurityElement.Escape((text ?? "")
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("$", "%24", StringComparison.Ordinal)
        .Replace("@", "%40", StringComparison.Ordinal)
        .Replace(";", "%3B", StringComparison.Ordinal));
}
