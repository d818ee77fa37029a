using System.Globalization;

namespace CompressTasks.Spec.Schema;

/// <summary>An interval of finite numbers; each end belongs to it or not.</summary>
internal sealed record NumberRange
{
    public double Minimum { get; private init; } = double.NegativeInfinity;

    public double Maximum { get; private init; } = double.PositiveInfinity;

    public bool ExcludesMinimum { get; private init; }

    public bool ExcludesMaximum { get; private init; }

    public static NumberRange Any { get; } = new();

    public static NumberRange Between(double minimum, double maximum) => new() { Minimum = minimum, Maximum = maximum };

    public static NumberRange AtLeast(double minimum) => new() { Minimum = minimum };

    public static NumberRange AtMost(double maximum) => new() { Maximum = maximum };

    public static NumberRange MoreThan(double minimum) => new() { Minimum = minimum, ExcludesMinimum = true };

    public NumberRange AndAtMost(double maximum) => this with { Maximum = maximum };

    public NumberRange AndLessThan(double maximum) => this with { Maximum = maximum, ExcludesMaximum = true };

    public bool Contains(double value) =>
        double.IsFinite(value)
        && (ExcludesMinimum ? value > Minimum : value >= Minimum)
        && (ExcludesMaximum ? value < Maximum : value <= Maximum);

    public override string ToString()
    {
        if (Minimum == Maximum)
            return string.Create(CultureInfo.InvariantCulture, $"exactly {Minimum}");
        if (double.IsFinite(Minimum) && double.IsFinite(Maximum) && !ExcludesMinimum && !ExcludesMaximum)
            return string.Create(CultureInfo.InvariantCulture, $"{Minimum} to {Maximum}");
        var ends = new List<string>(2);
        if (double.IsFinite(Minimum))
            ends.Add(string.Create(CultureInfo.InvariantCulture, $"{(ExcludesMinimum ? "more than" : "at least")} {Minimum}"));
        if (double.IsFinite(Maximum))
            ends.Add(string.Create(CultureInfo.InvariantCulture, $"{(ExcludesMaximum ? "less than" : "at most")} {Maximum}"));
        return string.Join(", ", ends);
    }
}
