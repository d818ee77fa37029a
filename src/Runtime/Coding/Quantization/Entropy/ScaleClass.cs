namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>
/// How large an index is expected to be, in thirds of an octave. Large classes are coded by the same models as the three classes below them,
/// after their lowest bits are set apart: what is left of the magnitude is always as large as the 16 symbols of a model can tell.
/// </summary>
internal static class ScaleClass
{
    /// <summary>Classes are 0 … Count − 1.</summary>
    public const int Count = FirstShifted + (3 * LargestShift);

    /// <summary>Contexts are 0 … Contexts − 1.</summary>
    public const int Contexts = FirstShifted + 3;

    public const int LargestShift = 28;

    private const int FirstShifted = 19;
    private const int ClassOfOne = 9;

    private static readonly byte[] _contexts = new byte[256];
    private static readonly byte[] _shifts = new byte[256];

    static ScaleClass()
    {
        for (var c = 0; c < _contexts.Length; c++)
        {
            _contexts[c] = (byte)(c < Contexts ? c : FirstShifted + ((c - FirstShifted) % 3));
            _shifts[c] = (byte)(c < FirstShifted ? 0 : Math.Min(LargestShift, ((c - FirstShifted) / 3) + 1));
        }
    }

    /// <summary>The context of every byte, those that are no class included.</summary>
    public static ReadOnlySpan<byte> ContextOf => _contexts;

    /// <summary>The number of low bits of a magnitude that are set apart.</summary>
    public static ReadOnlySpan<byte> ShiftOf => _shifts;

    /// <summary>The class of an expected absolute index, not clamped.</summary>
    public static int Of(double magnitude) => ThirdOctave.Nearest(magnitude) + ClassOfOne;

    /// <summary>The absolute index that is expected in a class.</summary>
    public static double Magnitude(int scaleClass) => ThirdOctave.Value(scaleClass - ClassOfOne);
}
