using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>What the report of one model is compared with.</summary>
/// <param name="Shown">Its path, as the reader of a report knows it.</param>
/// <param name="File">Full path; null when the folder that was given has nothing of this model.</param>
/// <param name="Side">What it says; null when there is none.</param>
internal sealed record ModelBaseline(string Shown, string? File, ComparisonSide? Side)
{
    /// <summary>Reads the baseline of each model.</summary>
    /// <param name="baseline">A report, an artifact or a runnable model, or a folder of them.</param>
    /// <param name="folder">What it is relative to; full path.</param>
    /// <param name="tree">What paths are shown relative to.</param>
    /// <param name="names">Of the models: the paths of their artifacts below the output folder, without extension.</param>
    /// <param name="isFlat">Whether a folder may have files of these names without the folders before them.</param>
    /// <exception cref="CompressException">CT5008, CT5009, CT5022, CT5023 or CT3xxx: it is not there, or no such thing.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<ModelBaseline> Read(BaselineSpec baseline, string folder, SourceTree tree, IReadOnlyList<string> names, bool isFlat)
    {
        var path = Path.Combine(folder, baseline.Path);
        if (Directory.Exists(path))
        {
            // A build keeps folders that the command line, which made the baseline perhaps, does not.
            var alone = names.GroupBy(Path.GetFileName).Where(same => isFlat && same.Count() == 1).Select(same => same.Single()).ToHashSet();
            return [.. names.Select(name => In(path, alone.Contains(name) ? [name, Path.GetFileName(name)] : [name], tree))];
        }

        if (!System.IO.File.Exists(path))
            throw ComparisonDiagnostics.NoBaseline(baseline.Path, baseline.At);
        return names.Count == 1 ? [Of(path, tree)] : throw ComparisonDiagnostics.OneBaselineForSeveral(baseline.Path, names.Count, baseline.At);
    }

    public BaselineChange Compare(CompressionReport report) => new(
        Shown, Side is null ? null : Comparer.Compare(Side, ComparisonSide.OfReport(report.Model.Path, report), ComparisonTolerance.Default));

    /// <summary>A report says more than what is beside it.</summary>
    private static ModelBaseline In(string folder, IReadOnlyList<string> names, SourceTree tree)
    {
        var file = names.SelectMany(name => (IEnumerable<string>)
                [$"{name}.report.json", name + ArtifactName.Extension, name + ArtifactName.ModelExtension])
            .Select(name => Path.Combine(folder, name)).FirstOrDefault(ComparisonReader.CanRead);
        return file is null ? new(tree.Relative(folder), File: null, Side: null) : Of(file, tree);
    }

    private static ModelBaseline Of(string path, SourceTree tree) => new(tree.Relative(path), Path.GetFullPath(path), ComparisonReader.Read(path));
}
