namespace CompressTasks.Coding.Lossless.Repeats;

/// <summary>A run of elements whose magnitudes are those of an earlier run, read forwards or backwards.</summary>
/// <param name="Start">The first element.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Distance">How far before the first element its equal lies, at least 1.</param>
/// <param name="Backwards">Whether the following ones equal those before that one.</param>
internal readonly record struct Repeat(int Start, int Length, int Distance, bool Backwards)
{
    /// <summary>The element that an element of the run repeats.</summary>
    public int Source(int offset) => Start - Distance + (Backwards ? -offset : offset);
}
