using System.Text;
using CompressTasks.Artifacts;
using CompressTasks.Compression.Reuse;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Reporting.Writers;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>Whether what a run writes can be written, and overwrites nothing that it reads: known before anything is compressed.</summary>
internal static class OutputPaths
{
    private const int LongestName = 255;

    /// <summary>Looks at the names and places of all models.</summary>
    /// <param name="spec">What says the places.</param>
    /// <param name="models">The models.</param>
    /// <param name="overviews">Where the overview goes.</param>
    /// <param name="keepsRecords">Whether each artifact has a record beside it.</param>
    /// <exception cref="CompressException">CT1033, CT2090, CT3091 or CT3093: one of them will not do.</exception>
    public static void Require(CompressionSpec spec, IReadOnlyList<OpenedModel> models, IReadOnlyList<string> overviews, bool keepsRecords)
    {
        var errors = new List<Diagnostic>();
        foreach (var overview in overviews.Where(Directory.Exists))
            errors.AddRange(FileDiagnostics.TargetIsFolder(overview).Diagnostics);
        foreach (var opened in models)
        {
            var names = opened.Model.Files.Select((file, index) => index == 0 ? ArtifactIndexRules.Portable(file.Name) : file.Name);
            if (ArtifactIndexRules.FirstViolation(names) is { } violation)
                errors.Add(OutputPathDiagnostics.NoArtifact(opened.Model.Path, violation));
            foreach (var path in Of(spec, opened).Concat(keepsRecords ? [RecordFile.PathOf(opened.ArtifactPath)] : []))
            {
                if (Encoding.UTF8.GetByteCount(Path.GetFileName(path)) > LongestName)
                    errors.Add(OutputPathDiagnostics.NameTooLong(path, LongestName, opened.At));
                else if (Directory.Exists(path))
                    errors.AddRange(FileDiagnostics.TargetIsFolder(path).Diagnostics);
            }
        }

        if (errors.Count > 0)
            throw new CompressException(errors);
        var inputs = models.SelectMany(opened => opened.Files).ToList();
        foreach (var opened in models)
            RequireFree(spec, opened, spec.IsFromFile ? [.. inputs, spec.File] : inputs);
    }

    /// <summary>Looks at whether artifact or reports would overwrite an input.</summary>
    /// <exception cref="CompressException">CT1033.</exception>
    public static void RequireFree(CompressionSpec spec, OpenedModel opened, IEnumerable<string> inputs)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var input in inputs)
        {
            var full = Path.GetFullPath(input);
            read.TryAdd(Place(full), input);
            read.TryAdd(RealPath.Of(full) ?? full, input);
        }

        if (Of(spec, opened).FirstOrDefault(path => read.ContainsKey(Place(path))) is { } written)
            throw new CompressException(OutputPathDiagnostics.Overwrites(Shown(written), Shown(read[Place(written)]), opened.At));

        string Shown(string path) => Path.GetRelativePath(spec.Folder, Path.GetFullPath(path)).Replace('\\', '/');
    }

    private static IEnumerable<string> Of(CompressionSpec spec, OpenedModel opened) =>
        spec.Reports.Select(format => ReportFiles.PathOf(format, opened.ArtifactPath)).Prepend(opened.ArtifactPath)
            .Concat(opened.RunnablePath is { } runnable ? [runnable] : []).Select(Path.GetFullPath);

    /// <summary>A file that is written takes the place of a link with its name, and does not follow it; the folders around it are followed.</summary>
    private static string Place(string path) => Path.Combine(RealPath.Of(Path.GetDirectoryName(path)!) ?? "", Path.GetFileName(path));
}
