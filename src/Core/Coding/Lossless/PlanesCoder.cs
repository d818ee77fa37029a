using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless;

/// <summary>Codes elements of any kind as byte planes, each with the method that suits it.</summary>
internal static class PlanesCoder
{
    /// <summary>Predicts the better of both ways to split elements into planes.</summary>
    public static PlanesPlan Plan(ReadOnlySpan<ulong> elements, int elementSize)
    {
        var plain = PlanesPlan.Of(elements, elementSize, rotate: false);
        if (elementSize == 1)
            return plain;
        var rotated = PlanesPlan.Of(elements, elementSize, rotate: true);
        return rotated.Bits < plain.Bits ? rotated : plain;
    }

    /// <summary>Codes elements.</summary>
    /// <param name="plan">How.</param>
    /// <param name="writer">Where the planes go.</param>
    public static void Encode(PlanesPlan plan, ChunkWriter writer)
    {
        for (var p = 0; p < plan.Planes.Length; p++)
        {
            var (plane, method) = (plan.Planes[p], plan.Methods[p]);
            var coded = method == PlaneMethod.Raw ? plane : PlaneCoder.Encode(plane, method, p > 0 ? plan.Planes[p - 1] : default);
            if (coded.Length >= plane.Length)
                (coded, method) = (plane, PlaneMethod.Raw);
            writer.Byte((byte)method);
            writer.Bytes(coded);
        }
    }

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
