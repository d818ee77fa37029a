using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Outputs;

namespace CompressTasks.Benchmarks.Page;

/// <summary>Fills the template of <c>docs/outputs.md</c>.</summary>
internal static class OutputsPage
{
    private const string NotInThisRun = "*Not in this run.*";

    public static string Write(OutputsOptions options, IReadOnlyList<OutputFigures> models) =>
        PageTemplate.Fill("outputs.template.md", Places(options, models));

    private static IEnumerable<(string Place, string Content)> Places(OutputsOptions options, IReadOnlyList<OutputFigures> models)
    {
        yield return ("command", options.Command);
        yield return ("machine", Machine.Description);
        yield return ("kind", options.Quick ? " **A quick run: one target. Not for quoting.**" : "");
        yield return ("busy", options.Busy
            ? " **Other work ran on the machine in this run: seconds are more than on a quiet one. Sizes and qualities do not depend on it.**" : "");
        yield return ("models", OutputTables.Models(models));
        yield return ("loss", models.FirstOrDefault(figures => figures.Loss is not null)?.Loss is { } loss ? Cell.Loss(loss) : Cell.NotMeasured);
        foreach (var model in OutputModel.All)
            yield return (model.Key, models.FirstOrDefault(figures => figures.Model == model) is { } figures ? OutputTables.Ways(figures)
                : NotInThisRun);
        yield return ("curve", models.FirstOrDefault(figures => figures.Model == OutputModel.Sample) is { } sample ? OutputTables.Curve(sample)
            : NotInThisRun);
    }
}
