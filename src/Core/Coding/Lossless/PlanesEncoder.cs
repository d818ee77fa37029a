using CompressTasks.IO;

namespace CompressTasks.Coding.Lossless;

/// <summary>Codes elements of any kind as byte planes, each with the method that suits it.</summary>
internal static class PlanesEncoder
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
}
