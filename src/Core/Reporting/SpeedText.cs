using System.Globalization;

namespace CompressTasks.Reporting;

/// <summary>Figures of speed as people read them, the same in every report and finding.</summary>
internal static class SpeedText
{
    private const int ShownOperators = 12;
    private const string Others = "others";

    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    public static string Ratio(double ratio) => FigureText.Optional(ratio, "0.00#");

    /// <summary>Three digits; shorter times in microseconds.</summary>
    public static string Milliseconds(double time) => time switch
    {
        _ when double.IsNaN(time) => FigureText.Optional(time, ""),
        0 => "–",
        >= 100 => string.Create(_culture, $"{time:0} ms"),
        >= 10 => string.Create(_culture, $"{time:0.0} ms"),
        >= 1 => string.Create(_culture, $"{time:0.00} ms"),
        _ => string.Create(_culture, $"{1e3 * time:0.#} µs"),
    };

    /// <summary>How the ratio was measured, and how far it spreads, in sentences.</summary>
    public static string Measured(SpeedSummary speed) => string.Create(_culture,
        $"Median of {FigureText.Count(speed.Pairs, "pair")} of runs, in turns in one process; half of them between {Ratio(speed.LowerQuartile)} and "
            + $"{Ratio(speed.UpperQuartile)}. {FigureText.Count(speed.Threads, "thread")}, {Samples(speed)}"
            + $"{string.Join(", ", speed.Inputs.Select(Input))}.");

    /// <summary>Times and memory of both models, where they are known.</summary>
    public static IEnumerable<(string Figure, string Original, string Restored)> Figures(SpeedSummary speed)
    {
        var (original, restored) = (speed.Original, speed.Restored);
        yield return ("a run", Milliseconds(original.Milliseconds), Milliseconds(restored.Milliseconds));
        yield return ("to load", Milliseconds(original.LoadMilliseconds), Milliseconds(restored.LoadMilliseconds));
        if (original.LoadedBytes is { } loaded && restored.LoadedBytes is { } restoredLoaded)
            yield return ("memory when loaded", FigureText.Bytes(loaded), FigureText.Bytes(restoredLoaded));
        if (original.PeakBytes is { } peak && restored.PeakBytes is { } restoredPeak)
            yield return ("memory at most", FigureText.Bytes(peak), FigureText.Bytes(restoredPeak));
    }

    /// <summary>The operators that take most, and the rest of them as one.</summary>
    public static IReadOnlyList<(string Type, double Original, double Restored)> Operators(SpeedSummary speed)
    {
        var rest = speed.Operators.Skip(ShownOperators).ToList();
        return
        [
            .. speed.Operators.Take(ShownOperators).Select(type => (type.Operator, type.OriginalMilliseconds, type.RestoredMilliseconds)),
            .. rest.Count == 0 ? Array.Empty<(string, double, double)>()
                : [(Others, rest.Sum(type => type.OriginalMilliseconds), rest.Sum(type => type.RestoredMilliseconds))],
        ];
    }

    private static string Samples(SpeedSummary speed) => speed.Source.Path is { } path
        ? $"{FigureText.Count(speed.Runs, "input")} of {path}, the first with " : $"{FigureText.Count(speed.Runs, "random input")}, the first with ";

    private static string Input(TimedInputSummary input) => $"{input.Name} {(input.Shape.Count == 0 ? "a scalar" : string.Join('×', input.Shape))}";
}
