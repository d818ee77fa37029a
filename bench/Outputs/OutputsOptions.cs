namespace CompressTasks.Benchmarks.Outputs;

/// <summary>The command line of <c>outputs</c>.</summary>
/// <param name="Quick">Output R² 0.99 only, and no picture, for working on the benchmark itself.</param>
/// <param name="Busy">Whether other work runs on the machine, which the page then says beside its times.</param>
/// <param name="Models">The models to measure.</param>
/// <param name="Output">The folder that gets the page and its picture.</param>
internal sealed record OutputsOptions(bool Quick, bool Busy, IReadOnlyList<OutputModel> Models, string Output)
{
    private const string Usage = "usage: outputs [--quick] [--busy] [--models sample,rec,half] [--output docs]";

    /// <summary>The command that gives the same page, without the place of the output.</summary>
    public string Command =>
        "dotnet run -c Release --project bench -- outputs"
        + (Quick ? " --quick" : "")
        + (Models.Count < OutputModel.All.Count ? $" --models {string.Join(',', Models.Select(model => model.Key))}" : "");

    /// <summary>The least R² of every output that a model's artifacts must have. The sample has more, for the picture.</summary>
    public IReadOnlyList<double> Targets(OutputModel model) =>
        Quick ? [0.99]
        : model == OutputModel.Sample ? [0.9, 0.99, 0.999, 0.9997]
        : [0.99, 0.999];

    /// <exception cref="ArgumentException">Something is not understood; the message says what is.</exception>
    public static OutputsOptions Parse(string[] args)
    {
        var options = new OutputsOptions(Quick: false, Busy: false, OutputModel.All, "docs");
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Quick = true },
                "--busy" => options with { Busy = true },
                "--models" when i + 1 < args.Length => options with { Models = [.. args[++i].Split(',').Select(Find)] },
                "--output" when i + 1 < args.Length => options with { Output = args[++i] },
                var other => throw new ArgumentException($"'{other}' is not understood; {Usage}"),
            };
        }

        return options;
    }

    private static OutputModel Find(string key) =>
        OutputModel.All.FirstOrDefault(model => model.Key == key) ?? throw new ArgumentException($"there is no model '{key}'; {Usage}");
}
