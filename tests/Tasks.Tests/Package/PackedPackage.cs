using System.Globalization;
using System.Runtime.InteropServices;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>The package as it would be published, under a version that no cache knows, with a feed and a package folder of its own.</summary>
internal sealed class PackedPackage
{
    private readonly Dictionary<string, Task> _packed = [];
    private Task _last = Task.CompletedTask;

    private PackedPackage(string root, string version)
    {
        Root = root;
        Version = version;
    }

    /// <summary>A temporary folder outside of the repository.</summary>
    public string Root { get; }

    public string Version { get; }

    public string Feed => Path.Combine(Root, "feed");

    /// <summary>Keeps test versions out of the user's package folder.</summary>
    public string Packages => Path.Combine(Root, "packages");

    public string File => Path.Combine(Feed, $"CompressTasks.{Version}.nupkg");

    public static async Task<PackedPackage> PackAsync()
    {
        var root = Directory.CreateTempSubdirectory("onnxz-").FullName;
        var package = new PackedPackage(root, string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}"));
        await package.AddAsync("src/Tasks");
        return package;
    }

    /// <summary>
    /// Packs another project into the feed, under the same version, unless it is there. One at a time: they build the same projects.
    /// </summary>
    public Task AddAsync(string project)
    {
        lock (_packed)
        {
            if (!_packed.TryGetValue(project, out var packing))
                _packed.Add(project, _last = packing = PackAsync(project, _last));
            return packing;
        }
    }

    private async Task PackAsync(string project, Task before)
    {
        await before;
        var packed = await DotNet.RunAsync(
            RepositoryRoot(),
            new Dictionary<string, string?>(),
            "pack",
            project,
            "--configuration",
            "Release",
            "--output",
            Feed,
            $"-p:PackageVersion={Version}",
            $"-p:ReadyToRunRuntimes={RuntimeInformation.RuntimeIdentifier}",
            "-nodeReuse:false");
        packed.ShouldSucceed();
    }

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "CompressTasks.sln")))
            folder = folder.Parent;
        return folder.ShouldNotBeNull("the tests must run from inside the repository").FullName;
    }
}
