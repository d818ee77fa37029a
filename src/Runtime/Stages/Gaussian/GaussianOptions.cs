namespace CompressTasks.Stages.Gaussian;

/// <summary>What the <c>gaussian</c> stage may be told.</summary>
/// <param name="Components">Gaussians per block, 1 to <see cref="MaxComponents"/>.</param>
/// <param name="Block">Columns per block, 1 to <see cref="MaxBlock"/>; longer rows are cut, and the last block of a row may be shorter.</param>
/// <param name="AmplitudeOnly">Fits amplitudes only, over fixed centres and one fixed width (P67's L1 amplitudes).</param>
internal sealed record GaussianOptions(int Components = 8, int Block = 256, bool AmplitudeOnly = false)
{
    public const int MaxComponents = 64;

    /// <summary>The Gram matrix of the dictionary grows with the square of the block: 64 MB at this length.</summary>
    public const int MaxBlock = 1024;

    /// <summary>Columns of the parameter matrix.</summary>
    public int ParametersPerBlock => AmplitudeOnly ? Components : 3 * Components;

    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Components, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Components, MaxComponents);
        ArgumentOutOfRangeException.ThrowIfLessThan(Block, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Block, MaxBlock);
    }
}
