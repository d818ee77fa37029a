using CompressTasks.Coding.RangeCoding;

namespace CompressTasks.Coding.Lossless;

/// <summary>Codes the bytes of a plane as eight adaptive bits each, most significant first, in a tree per context.</summary>
internal static class PlaneCoder
{
    private const int Memory = 255;
    private const int Nodes = 256;

    /// <param name="plane">The bytes.</param>
    /// <param name="method">Not <see cref="PlaneMethod.Raw"/>.</param>
    /// <param name="upper">The next more significant plane, for <see cref="PlaneMethod.BelowUpper"/>.</param>
    public static byte[] Encode(ReadOnlySpan<byte> plane, PlaneMethod method, ReadOnlySpan<byte> upper)
    {
        var encoder = new RangeEncoder(Memory);
        var trees = new Trees(method);
        byte previous = 0;
        for (var i = 0; i < plane.Length; i++)
        {
            var tree = trees[ContextOf(method, previous, upper, i)];
            var node = 1;
            for (var bit = 7; bit >= 0; bit--)
            {
                var digit = (plane[i] >> bit) & 1;
                encoder.Encode(ref tree[node], (uint)digit);
                node = (2 * node) + digit;
            }

            previous = plane[i];
        }

        return encoder.Finish().ToArray();
    }

    public static void Decode(ReadOnlySpan<byte> coded, PlaneMethod method, ReadOnlySpan<byte> upper, Span<byte> plane)
    {
        var decoder = new RangeDecoder(coded, Memory);
        var trees = new Trees(method);
        byte previous = 0;
        for (var i = 0; i < plane.Length; i++)
        {
            var tree = trees[ContextOf(method, previous, upper, i)];
            var node = 1;
            while (node < Nodes)
                node = (2 * node) + (int)decoder.Decode(ref tree[node]);
            plane[i] = previous = (byte)node;
        }
    }

    private static int ContextOf(PlaneMethod method, byte previous, ReadOnlySpan<byte> upper, int i) => method switch
    {
        PlaneMethod.AfterPrevious => previous,
        PlaneMethod.BelowUpper => upper[i],
        _ => 0,
    };

    /// <summary>A tree for each context, which is made when it is met first: a short plane meets few.</summary>
    private sealed class Trees(PlaneMethod method)
    {
        private readonly AdaptiveBit[]?[] _ofContext = new AdaptiveBit[]?[method == PlaneMethod.Order0 ? 1 : Nodes];

        public Span<AdaptiveBit> this[int context] => _ofContext[context] ??= AdaptiveBit.UnknownBits(Nodes);
    }
}
