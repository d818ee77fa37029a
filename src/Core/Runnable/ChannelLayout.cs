namespace CompressTasks.Runnable;

/// <summary>
/// Which values of a weight share a scale: those along the reduced axes. The value at outer index o, reduced index k and inner index i is the one at
/// (o · <paramref name="Reduced"/> + k) · <paramref name="Inner"/> + i, and its channel is o · <paramref name="Inner"/> + i.
/// </summary>
/// <param name="Outer">The product of the axes before those that are summed over.</param>
/// <param name="Reduced">Of those that are: the inputs of the layer.</param>
/// <param name="Inner">Of those behind them.</param>
internal readonly record struct ChannelLayout(int Outer, int Reduced, int Inner)
{
    public int Channels => Outer * Inner;

    /// <summary>A scale for each slice along the first axis.</summary>
    public static ChannelLayout First(IReadOnlyList<long> shape) => Of(shape, 1, shape.Count);

    /// <summary>A scale for each vector along an axis.</summary>
    public static ChannelLayout Along(IReadOnlyList<long> shape, int axis) => Of(shape, axis, axis + 1);

    /// <summary>Where the values of a channel are.</summary>
    public int IndexOf(int channel, int k) => (((channel / Inner * Reduced) + k) * Inner) + (channel % Inner);

    private static ChannelLayout Of(IReadOnlyList<long> shape, int from, int to) => new(
        Product(shape.Take(from)), Product(shape.Skip(from).Take(to - from)), Product(shape.Skip(to)));

    private static int Product(IEnumerable<long> lengths) => (int)lengths.Aggregate(1L, (product, length) => product * length);
}
