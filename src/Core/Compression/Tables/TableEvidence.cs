namespace CompressTasks.Compression.Tables;

/// <summary>How near a weight is to a table.</summary>
/// <param name="Kind">The rule that its rows come nearest to.</param>
/// <param name="Departure">The median over rows of the share of a row's energy that the rule does not explain; 1 where no rule can be asked.</param>
internal readonly record struct TableEvidence(TableKind Kind, double Departure)
{
    /// <summary>Rounding leaves 1e-5 of a table at most; the trained weights nearest to one leave 0.03 (docs/adr/0009).</summary>
    private const double Most = 1e-4;

    public static TableEvidence None { get; } = new(default, 1);

    public bool IsTable => Departure <= Most;
}
