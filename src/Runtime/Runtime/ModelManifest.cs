using System.Globalization;
using System.Text;
using CompressTasks.Artifacts;
using CompressTasks.IO;

namespace CompressTasks.Runtime;

/// <summary>
/// The files of a model in a cache, and their checksums (CRC-32C: they are to find damage, and must be as fast as memory): text, a line of its version
/// and one for each file, the main one first.
/// </summary>
internal sealed class ModelManifest
{
    public const string FileName = "manifest";

    private const string Version = "compresstasks model 1";
    private const int ReadBlock = 1 << 20;
    private const int LongestManifest = 1 << 24;

    /// <summary>Of all files together; more is no model's.</summary>
    private const long MostBytes = 1L << 50;

    private ModelManifest(IReadOnlyList<ModelManifestFile> files) => Files = files;

    /// <summary>The main file first.</summary>
    public IReadOnlyList<ModelManifestFile> Files { get; }

    public string Main => Files[0].Name;

    /// <summary>Of the files that are in a folder, at any depth.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="main">Which of them is the main file.</param>
    public static ModelManifest Of(string folder, string main)
    {
        var names = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .OrderBy(name => name != main).ThenBy(name => name, StringComparer.Ordinal);
        return new([.. names.Select(name => Measure(folder, name))]);
    }

    /// <returns>Null if there is none, or none of this version.</returns>
    /// <exception cref="IOException">It cannot be read, or is no file.</exception>
    public static ModelManifest? TryRead(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > LongestManifest)
            return null;
        DiskFile.Require(path);
        var lines = File.ReadAllText(path).Split('\n');
        if (lines is not [Version, _, .., ""])
            return null;
        var files = new List<ModelManifestFile>();
        var total = 0L;
        foreach (var line in lines[1..^1])
        {
            if (line.Split(' ', 3) is not [var checksum, var length, var name] || !IsWithin(name)
                || !long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) || bytes > MostBytes - total)
                return null;
            total += bytes;
            files.Add(new(name, bytes, checksum));
        }

        return new(files);
    }

    public void Write(string path)
    {
        var text = new StringBuilder().Append(Version).Append('\n');
        foreach (var file in Files)
            text.Append(CultureInfo.InvariantCulture, $"{file.Checksum} {file.Length} {file.Name}\n");
        File.WriteAllText(path, text.ToString());
    }

    /// <summary>Whether the files of a folder are those that it says, to the bit.</summary>
    public bool IsKept(string folder) => Files.All(file =>
        new FileInfo(Path.Combine(folder, file.Name)) is { Exists: true } found && found.Length == file.Length && Measure(folder, file.Name) == file);

    /// <summary>Whether a name is one of a file in the folder or below it, as those are that this program writes.</summary>
    private static bool IsWithin(string name) => name.Length > 0 && !name.Any(char.IsControl)
        && !Path.IsPathRooted(name) && !name.Contains('\\', StringComparison.Ordinal) && name is not [_, ':', ..]
        && name.Split('/').All(part => part is not ("" or "." or ".."));

    private static ModelManifestFile Measure(string folder, string name)
    {
        DiskFile.Require(Path.Combine(folder, name));
        using var file = File.OpenHandle(Path.Combine(folder, name), share: FileShare.Read | FileShare.Delete, options: FileOptions.SequentialScan);
        var checksum = 0U;
        var block = new byte[(int)Math.Min(ReadBlock, Math.Max(1, RandomAccess.GetLength(file)))];
        var position = 0L;
        for (int read; (read = RandomAccess.Read(file, block, position)) > 0; position += read)
            checksum = Crc32C.Append(checksum, block.AsSpan(0, read));
        return new(name, position, checksum.ToString("x8", CultureInfo.InvariantCulture));
    }
}

/// <summary>One file of a model.</summary>
/// <param name="Name">Relative to the model's folder, with <c>/</c>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">CRC-32C, in hexadecimal.</param>
internal sealed record ModelManifestFile(string Name, long Length, string Checksum);
