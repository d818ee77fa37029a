using System.Globalization;

namespace CompressTasks.Benchmarks.Fuzz;

/// <summary>The command line of <c>fuzz</c>.</summary>
/// <param name="Inputs">Of all targets together; null where the time alone says when it is enough.</param>
/// <param name="Seconds">By the clock, of all targets together; null where the inputs alone do.</param>
/// <param name="Seed">The same inputs for the same seed.</param>
/// <param name="Workers">Processes at a time. Each has a corpus of its own.</param>
/// <param name="Targets">The readers.</param>
/// <param name="Page">Whether the figures go into docs/reliability.md.</param>
/// <param name="Repeat">An input of a finding, which alone is read; null for none.</param>
/// <param name="Output">The folder for findings.</param>
internal sealed record FuzzOptions(
    long? Inputs, int? Seconds, ulong Seed, int Workers, IReadOnlyList<FuzzShare> Targets, bool Page, string? Repeat, string Output)
{
    private const int UsualSeconds = 60;

    private const string Usage =
        "usage: fuzz [--inputs N] [--time SECONDS] [--seed S] [--workers N] [--target NAME] [--page] [--output FOLDER] [--repeat FINDING.bin]";

    /// <summary>The command that does the same.</summary>
    public string Command => "dotnet run -c Release --project bench -- fuzz"
        + (Inputs is { } inputs ? Text($" --inputs {inputs}") : "") + (Seconds is { } seconds ? Text($" --time {seconds}") : "")
        + Text($" --seed {Seed}") + (Workers == 2 ? "" : Text($" --workers {Workers}"))
        + (Targets.Count == FuzzTargets.All.Count ? "" : string.Concat(Targets.Select(target => $" --target {target.Name}")));

    /// <exception cref="ArgumentException">Something is not understood; the message says what is.</exception>
    public static FuzzOptions Parse(IReadOnlyList<string> args)
    {
        var options = new FuzzOptions(null, null, 1, Math.Min(2, Environment.ProcessorCount), [], Page: false, null, "findings");
        for (var i = 0; i < args.Count; i++)
        {
            var value = i + 1 < args.Count ? args[i + 1] : "";
            options = args[i] switch
            {
                "--page" => options with { Page = true },
                "--inputs" => options with { Inputs = Number(value) },
                "--time" => options with { Seconds = (int)Number(value) },
                "--seed" => options with { Seed = (ulong)Number(value) },
                "--workers" => options with { Workers = Math.Max(1, (int)Number(value)) },
                "--target" => options with { Targets = [.. options.Targets, FuzzTargets.Named(value)] },
                "--output" => options with { Output = value },
                "--repeat" => options with { Repeat = value },
                var other => throw new ArgumentException($"'{other}' is not understood; {Usage}"),
            };
            i += args[i] == "--page" ? 0 : 1;
        }

        return options with
        {
            Targets = options.Targets.Count > 0 ? options.Targets : FuzzTargets.All,
            Seconds = options.Seconds ?? (options.Inputs is null ? UsualSeconds : null),
        };
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"'{text}' is no number; {Usage}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
