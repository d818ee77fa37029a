namespace CompressTasks.Coding.Lossless;

/// <summary>The ways in which a block of elements is coded, by the numbers of the format.</summary>
internal static class LosslessBlock
{
    public const byte Planes = 0;
    public const byte RotatedPlanes = 1;
    public const byte Floats = 2;
    public const byte Repeats = 3;

    public static int SignBit(int elementSize) => (8 * elementSize) - 1;
}
