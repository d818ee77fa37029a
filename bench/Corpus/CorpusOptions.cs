namespace CompressTasks.Benchmarks.Corpus;

/// <summary>The command line of <c>corpus</c>.</summary>
/// <param name="Quick">A run of a minute for working on the benchmark itself: fewer targets, one repetition, no slow coders.</param>
/// <param name="Models">The models to measure.</param>
/// <param name="Output">The folder that gets the page and its pictures.</param>
internal sealed record CorpusOptions(bool Quick, IReadOnlyList<CorpusModel> Models, string Output)
{
    private const string Usage = "usage: corpus [--quick] [--models sample,rec,det,cls,silero,op15,op18,half] [--output docs]";

    public IReadOnlyList<double> Targets => Quick ? [0.9, 0.99, 0.999] : [0.9, 0.95, 0.99, 0.995, 0.999];

    /// <summary>Timed runs of which the best counts.</summary>
    public int Repetitions => Quick ? 1 : 3;

    /// <summary>The command that gives the same page, without the place of the output.</summary>
    public string Command =>
        "dotnet run -c Release --project bench -- corpus"
        + (Quick ? " --quick" : "")
        + (Models.Count < CorpusModel.All.Count ? $" --models {string.Join(',', Models.Select(model => model.Key))}" : "");

    /// <exception cref="ArgumentException">Something is not understood; the message says what is.</exception>
    public static CorpusOptions Parse(string[] args)
    {
        var options = new CorpusOptions(Quick: false, CorpusModel.All, "docs");
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Quick = true },
                "--models" when i + 1 < args.Length => options with { Models = [.. args[++i].Split(',').Select(Find)] },
                "--output" when i + 1 < args.Length => options with { Output = args[++i] },
                var other => throw new ArgumentException($"'{other}' is not understood; {Usage}"),
            };
        }

        return options;
    }

    private static CorpusModel Find(string key) =>
        CorpusModel.All.FirstOrDefault(model => model.Key == key) ?? throw new ArgumentException($"there is no model '{key}'; {Usage}");
}
