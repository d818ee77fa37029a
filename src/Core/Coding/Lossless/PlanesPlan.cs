namespace CompressTasks.Coding.Lossless;

/// <summary>The planes of some elements, the method for each, and the size that is expected of all.</summary>
/// <param name="Rotated">Whether elements were rotated before they were split.</param>
/// <param name="Planes">The planes, the most significant first.</param>
/// <param name="Methods">A method for each.</param>
/// <param name="Bits">About the bits that they will take.</param>
internal sealed record PlanesPlan(bool Rotated, byte[][] Planes, PlaneMethod[] Methods, long Bits)
{
    public static PlanesPlan Of(ReadOnlySpan<ulong> elements, int elementSize, bool rotate)
    {
        var planes = BytePlanes.Split(elements, elementSize, rotate);
        var methods = new PlaneMethod[elementSize];
        var cost = 0L;
        for (var p = 0; p < elementSize; p++)
        {
            (methods[p], var ofPlane) = PlaneStatistics.Cheapest(planes[p], p > 0 ? planes[p - 1] : default);
            cost += ofPlane;
        }

        return new(rotate, planes, methods, cost >> 16);
    }
}
