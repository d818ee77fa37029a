namespace CompressTasks.Coding.Lossless;

/// <summary>
/// Splits elements into planes, the most significant byte of every element first. Elements can be rotated by one bit to the
/// left first: it moves the sign of a floating-point number behind its fraction, and the exponent of float32 and bfloat16 fills a plane.
/// </summary>
internal static class BytePlanes
{
    public static byte[][] Split(ReadOnlySpan<ulong> elements, int elementSize, bool rotate)
    {
        var planes = new byte[elementSize][];
        for (var p = 0; p < elementSize; p++)
        {
            var plane = planes[p] = new byte[elements.Length];
            var shift = 8 * (elementSize - 1 - p);
            for (var i = 0; i < plane.Length; i++)
                plane[i] = (byte)((rotate ? RotateLeft(elements[i], elementSize) : elements[i]) >> shift);
        }

        return planes;
    }

    public static void Join(byte[][] planes, bool rotated, Span<ulong> elements)
    {
        var elementSize = planes.Length;
        elements.Clear();
        for (var p = 0; p < elementSize; p++)
        {
            var plane = planes[p];
            var shift = 8 * (elementSize - 1 - p);
            for (var i = 0; i < elements.Length; i++)
                elements[i] |= (ulong)plane[i] << shift;
        }

        for (var i = 0; i < elements.Length && rotated; i++)
            elements[i] = RotateRight(elements[i], elementSize);
    }

    // Bits above an element's own are noise that nobody looks at.
    private static ulong RotateLeft(ulong element, int elementSize) =>
        (element << 1) | (element >> ((8 * elementSize) - 1));

    private static ulong RotateRight(ulong element, int elementSize) =>
        (element >> 1) | (element << ((8 * elementSize) - 1));
}
