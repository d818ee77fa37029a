namespace CompressTasks.Spec;

/// <summary>Which values of a weight an R² is of.</summary>
internal enum R2Measure
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>All but the largest hundredth, which cannot hide then that the others are lost.</summary>
    Bulk,
}
