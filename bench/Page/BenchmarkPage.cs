using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Page;

/// <summary>Fills the template of <c>docs/benchmarks.md</c>, which lies beside this file.</summary>
internal static class BenchmarkPage
{
    private const string Template = "benchmarks.template.md";

    public static string Write(CorpusOptions options, IReadOnlyList<ModelFigures> models, IReadOnlyList<StageFigures> stages) =>
        PageTemplate.Fill(Template, Places(options, models, stages));

    private static IEnumerable<(string Place, string Content)> Places(
        CorpusOptions options, IReadOnlyList<ModelFigures> models, IReadOnlyList<StageFigures> stages)
    {
        var rates = new RateTables(options.Targets, models);
        yield return ("command", options.Command);
        yield return ("kind", options.Quick ? " **A quick run: one repetition, few targets, no general-purpose coders. Not for quoting.**" : "");
        yield return ("machine", Machine.Description);
        yield return ("repetitions", Cell.Count(options.Repetitions));
        yield return ("models", rates.Models());
        yield return ("coder", rates.Coder());
        yield return ("entropy", rates.Entropy());
        yield return ("worst", rates.Worst());
        yield return ("block-r2", BlockTables.Quality(models));
        yield return ("block-coder", BlockTables.Coder(models));
        yield return ("speed", CostTables.Speed(models));
        yield return ("tool", CostTables.Tool(models));
        yield return ("lossless", CostTables.Lossless(models));
        yield return ("rounded", CostTables.Rounded(models));
        yield return ("sample-stacks",
            StackTables.Closed(StacksOf(stages, CorpusModel.Sample), models.FirstOrDefault(m => m.Model == CorpusModel.Sample), options.Targets));
        yield return ("rec-stacks", StackTables.Open(StacksOf(stages, CorpusModel.Rec)));
        yield return ("order", StackTables.Order(stages));
        yield return ("nncodec", PeerTables.NnCodec(options.Targets, models));
        yield return ("gguf", PeerTables.Gguf());
    }

    private static IReadOnlyList<StackFigures> StacksOf(IReadOnlyList<StageFigures> stages, CorpusModel model) =>
        stages.FirstOrDefault(figures => figures.Model == model)?.Stacks ?? [];
}
