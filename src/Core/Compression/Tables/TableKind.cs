namespace CompressTasks.Compression.Tables;

/// <summary>What gives a computed table away.</summary>
internal enum TableKind
{
    /// <summary>Rows are sinusoids, exponentials or straight lines: Fourier and cosine bases, positions.</summary>
    Sinusoids,

    /// <summary>Rows are symmetric or antisymmetric: windows, windowed sinusoids, filters of linear phase.</summary>
    Mirrored,

    /// <summary>Rows are the same signal at different places: wavelet bases, filters that are repeated for every channel.</summary>
    Repeated,

    /// <summary>Rows are bumps, zero everywhere else: mel and other filter banks, interpolation.</summary>
    Bumps,
}

internal static class TableKindFacts
{
    /// <summary>What the rows are, as reports say it.</summary>
    public static string Description(this TableKind kind) => kind switch
    {
        TableKind.Sinusoids => "sinusoids",
        TableKind.Mirrored => "symmetric rows",
        TableKind.Repeated => "repeated rows",
        _ => "filters",
    };
}
