using System.Security.Cryptography;
using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>Samples in several <c>.npz</c> files, one after the other: each has its own, so that sequences may differ in length.</summary>
internal sealed class NpzFiles : ISampleSource
{
    private readonly IReadOnlyList<ISampleSource> _files;

    private NpzFiles(FileSamplesSpec spec, IReadOnlyList<ISampleSource> files)
    {
        _files = files;
        Files = [.. files.SelectMany(file => file.Files)];
        Summary = new("npz", spec.Pattern, Sha256(spec), files.Sum(file => file.Summary.Count));
    }

    public SampleSourceSummary Summary { get; }

    public IReadOnlyList<string> Files { get; }

    /// <summary>Whether the path stands for several files. A file that really has this name goes before them.</summary>
    public static bool IsMeant(FileSamplesSpec spec, string folder) => spec.IsNpz && spec.IsGlob && !File.Exists(Path.GetFullPath(spec.Pattern, folder));

    /// <param name="spec">Has the glob.</param>
    /// <param name="folder">What it is relative to.</param>
    /// <param name="open">Opens one of the files.</param>
    /// <exception cref="CompressException">CT1502 to CT1518: there is no such file, or one does not fit the model; then it is named.</exception>
    public static NpzFiles Open(FileSamplesSpec spec, string folder, Func<FileSamplesSpec, ISampleSource> open)
    {
        var glob = new FileGlob(spec.Pattern, folder);
        var paths = Reading(spec, glob.Match);
        if (paths.Count == 0)
            throw SampleDiagnostics.NothingMatches(spec.Pattern, glob.Root, spec.At);
        return new(spec, [.. paths.Select(path => spec with { Pattern = Shown(path, folder) })
            .Select(file => SampleDiagnostics.Naming(file.Pattern, () => open(file)))]);
    }

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun) =>
        _files.SelectMany(file => file.Read(samplesPerRun).Select(sequence => sequence with { File = file.Summary.Path }));

    private string Sha256(FileSamplesSpec spec) => Reading(spec, () =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[1 << 16];
        foreach (var path in Files)
        {
            using var file = File.OpenRead(path);
            for (int read; (read = file.Read(block)) > 0;)
                hash.AppendData(block, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    });

    /// <inheritdoc cref="NpzSequences.RequireSteps"/>
    public void RequireSteps(FileSamplesSpec spec) => NpzSequences.RequireSteps(_files, spec);

    private static T Reading<T>(FileSamplesSpec spec, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SampleDiagnostics.Unreadable(spec.Pattern, error.Message, spec.At, error);
        }
    }

    private static string Shown(string path, string folder) => Path.GetRelativePath(folder, path).Replace('\\', '/');
}
