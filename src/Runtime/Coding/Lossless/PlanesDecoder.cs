using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless;

/// <summary>Restores what <c>PlanesEncoder</c> has coded.</summary>
internal static class PlanesDecoder
{
    /// <summary>Restores elements.</summary>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static void Decode(ChunkReader reader, int elementSize, bool rotated, Span<ulong> elements)
    {
        var planes = new byte[elementSize][];
        for (var p = 0; p < elementSize; p++)
        {
            var method = (PlaneMethod)reader.Byte();
            var coded = reader.Bytes().Span;
            if (method > PlaneMethod.BelowUpper || (method == PlaneMethod.BelowUpper && p == 0))
                throw ChunkReader.Corrupt($"plane {p} is coded with the unknown method {(byte)method}");
            if (method == PlaneMethod.Raw && coded.Length != elements.Length)
                throw ChunkReader.Corrupt($"plane {p} has {coded.Length} bytes instead of {elements.Length}");
            planes[p] = new byte[elements.Length];
            if (method == PlaneMethod.Raw)
                coded.CopyTo(planes[p]);
            else
                PlaneCoder.Decode(coded, method, p > 0 ? planes[p - 1] : default, planes[p]);
        }

        BytePlanes.Join(planes, rotated, elements);
    }
}
