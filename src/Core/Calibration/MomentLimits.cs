namespace CompressTasks.Calibration;

/// <summary>How far second moments are taken, and what that may cost.</summary>
/// <param name="Memory">
/// Bytes for moments and for the inputs of layers that a run shows. What does not fit is measured in other passes over the samples, and waits in a
/// temporary file until its weight is coded.
/// </param>
/// <param name="RunLength">Inputs whose moments with each other are kept: wider layers are cut into runs.</param>
/// <param name="Patches">How many patches, or rows, are added up for each input that has moments with others.</param>
/// <param name="Threads">At least 1; the result does not depend on it.</param>
internal sealed record MomentLimits(long Memory, int RunLength, double Patches, int Threads)
{
    /// <summary>
    /// What there is at a time of moments that are factorized again: they, as triangles of float32, and triangles of factors, of one side and of two.
    /// </summary>
    public const int CopiesOfTwoSides = 2;

    /// <summary>Small layers cost nothing, and patches of one image are much alike.</summary>
    private const int FewestPatches = 4096;

    /// <summary>How many patches are added up of all samples together, about.</summary>
    public double PatchesFor(int inputs, int runLength) => Math.Max(FewestPatches, Patches * Math.Min(inputs, runLength));
}
