using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Load;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>Fills the template of <c>docs/starting.md</c>.</summary>
internal static class LoadPage
{
    private static readonly (string Title, Func<LoadRound, LoadProbe> Of)[] _ways =
    [
        ("`.onnx`", round => round.Model),
        ("`.onnxz`", round => round.Artifact),
        ("with a cache, first", round => round.Cached),
        ("with a cache, later", round => round.Mapped),
        ("`CacheOptimized`, first", round => round.Optimized),
        ("`CacheOptimized`, later", round => round.OptimizedMapped),
    ];

    public static void Write(IReadOnlyList<LoadFigures> models, int processes) => PageFile.Write(Path.Combine(Repository.Root, "docs"), "starting.md",
        PageTemplate.Fill("starting.template.md", [("machine", Machine.Description), ("processes", $"{processes}"), ("table", Table(models))]));

    public static string Table(IReadOnlyList<LoadFigures> models)
    {
        var table = new MarkdownTable("model", "file, MB", "opened as", "ms", "ratio", "processor, ms", "ratio", "peak memory, MB", "private memory, MB");
        foreach (var model in models)
        {
            foreach (var (title, of) in _ways)
            {
                var isModel = of(model.Rounds[0]) == model.Rounds[0].Model;
                table.Row(
                    model.Title,
                    Cell.Megabytes(isModel ? model.ModelBytes : model.ArtifactBytes),
                    title,
                    Cell.Tenths(model.Median(round => of(round).Milliseconds)),
                    Cell.Hundredths(model.Median(round => of(round).Milliseconds / round.Model.Milliseconds)),
                    Cell.Tenths(model.Median(round => of(round).ProcessorMilliseconds)),
                    Cell.Hundredths(model.Median(round => of(round).ProcessorMilliseconds / round.Model.ProcessorMilliseconds)),
                    Cell.Tenths(model.Median(round => of(round).PeakMegabytes)),
                    Cell.Tenths(model.Median(round => of(round).PrivateMegabytes)));
            }
        }

        return table.ToString();
    }
}
