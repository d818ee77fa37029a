using System.Buffers.Binary;

namespace CompressTasks.Core.Tests.Coding;

/// <summary>
/// A second reader of quantized values, written from docs/artifact-format.md alone, plainly and slowly: one number at a time, no vectors.
/// </summary>
internal sealed class ReferenceQuantizedDecoder
{
    private static readonly int[,] _next = { { 0, 1 }, { 3, 2 }, { 5, 4 }, { 6, 7 }, { 1, 0 }, { 2, 3 }, { 4, 5 }, { 7, 6 } };

    private readonly byte[] _stream;
    private readonly Dictionary<(int Context, int Quantizer, int Activity), (int[] Above, int Uses)> _models = [];
    private int _position;

    private ReferenceQuantizedDecoder(byte[] stream) => _stream = stream;

    /// <summary>The bits that the models gave the indices.</summary>
    private double Information { get; set; }

    public static double[] Values(byte[] chunk, params int[] shape)
    {
        int[] axes = [1, .. shape.Where(length => length > 1)];
        if (axes.Length == 1)
            axes = [1, 1];
        var count = axes.Aggregate((a, b) => a * b);
        chunk[0].ShouldBe((byte)1);
        var step = BinaryPrimitives.ReadDoubleLittleEndian(chunk.AsSpan(1));
        var center = (sbyte)chunk[9];
        var position = 10;
        var flags = ReferenceDecoder.Count(chunk, ref position);
        var masks = Enumerable.Range(0, 3).Select(group => (flags >> (group * axes.Length)) & ((1 << axes.Length) - 1)).ToArray();
        var unit = masks[1] == 0 ? 0 : Math.Pow(2, ReferenceDecoder.Count(chunk, ref position) - 1074);
        var side = (masks[1] | masks[2]) == 0 ? null : new ReferenceDecoder(ReferenceDecoder.Bytes(chunk, ref position), 127);
        var means = Integers(side, axes, masks[1], "mean");
        var scales = Integers(side, axes, masks[2], "scale");

        var classes = Enumerable.Range(0, count).Select(i => Math.Clamp(center + Sum(scales, axes, i), 0, 102)).ToArray();
        var streams = ((count - 1) / 262144) + 1;
        var length = ((count - 1) / streams) + 1;
        var values = new List<double>();
        for (var start = 0; start < count; start += length)
            values.AddRange(Stream(ReferenceDecoder.Bytes(chunk, ref position), classes[start..Math.Min(start + length, count)], out _)
                .Select(n => n * step));
        position.ShouldBe(chunk.Length);

        var result = values.ToArray();
        for (var axis = 0; axis < axes.Length; axis++)
        {
            if ((masks[0] >> axis & 1) != 0)
                result = InverseCosine(result, axes, axis);
        }

        return [.. result.Select((value, i) => masks[1] == 0 ? value : value + (Sum(means, axes, i) * unit))];
    }

    /// <summary>Decodes a stream and says what its models think of it.</summary>
    public static int[] Stream(byte[] stream, int[] classes, out double information)
    {
        var decoder = new ReferenceQuantizedDecoder(stream);
        var lanes = classes.Length < 8192 ? 1 : 4;
        var length = ((classes.Length - 1) / lanes) + 1;
        var states = Enumerable.Range(0, lanes).Select(_ => ((ulong)decoder.Word() << 32) | decoder.Word()).ToArray();
        var trellis = new int[lanes];
        var (last, beforeLast) = (Enumerable.Repeat(16L, lanes).ToArray(), Enumerable.Repeat(16L, lanes).ToArray());
        var indices = new int[classes.Length];
        for (var i = 0; i < length; i++)
        {
            for (var lane = 0; lane < lanes && (lane * length) + i < classes.Length; lane++)
            {
                var at = (lane * length) + i;
                var quantizer = trellis[lane] % 2;
                var magnitude = decoder.Magnitude(ref states[lane], classes[at], quantizer, Level((2 * last[lane]) + beforeLast[lane]),
                    out var negative);
                var distance = magnitude == 0 ? 0 : (2 * magnitude) - quantizer;
                indices[at] = (int)(negative ? -distance : distance);
                trellis[lane] = _next[trellis[lane], magnitude % 2];
                var reciprocal = (long)Math.Floor(65536 / (Math.Pow(2, (classes[at] - 9) / 3.0) + 0.3125));
                (beforeLast[lane], last[lane]) = (last[lane], Math.Min(((distance * reciprocal) + (reciprocal * 5 / 16)) / 4096, 127));
            }
        }

        decoder._position.ShouldBe(stream.Length);
        information = decoder.Information;
        return indices;
    }

    private long Magnitude(ref ulong state, int scaleClass, int quantizer, int activity, out bool negative)
    {
        var shift = scaleClass < 19 ? 0 : ((scaleClass - 19) / 3) + 1;
        var context = scaleClass < 19 ? scaleClass : 19 + ((scaleClass - 19) % 3);
        var (byScale, byActivity) = (Model(context, quantizer, -1), Model(context, quantizer, activity));
        var bounds = byScale.Above.Zip(byActivity.Above, (a, b) => (a + b) / 2).Select((mean, j) => mean - (mean / 512) + (4 * (15 - j))).Append(0)
            .ToArray();
        var number = (int)(state % 32768);
        var symbol = bounds.Count(bound => bound > number);
        var frequency = (symbol == 0 ? 32768 : bounds[symbol - 1]) - bounds[symbol];
        state = ((ulong)frequency * (state / 32768)) + (ulong)(number - bounds[symbol]);
        Information -= Math.Log2(frequency / 32768.0);
        Learn(byScale, symbol);
        Learn(byActivity, symbol);
        _models[(context, quantizer, -1)] = (byScale.Above, byScale.Uses + 1);
        _models[(context, quantizer, activity)] = (byActivity.Above, byActivity.Uses + 1);

        long magnitude = symbol;
        if (shift == 0 && symbol < 15)
        {
            // The sign follows before the state is filled up.
            negative = magnitude != 0 && state % 2 == 1;
            if (magnitude != 0)
                state /= 2;
            Information += magnitude != 0 ? 1 : 0;
            Fill(ref state);
            return magnitude;
        }

        Fill(ref state);
        if (symbol == 15)
        {
            var digits = 0;
            while (((state >> digits) & 1) == 0)
                digits++;
            Bits(ref state, digits + 1);
            magnitude += (1L << digits) - 1 + (long)Bits(ref state, digits);
        }

        magnitude = (magnitude << shift) + (long)Bits(ref state, shift);
        negative = magnitude != 0 && Bits(ref state, 1) == 1;
        return magnitude;
    }

    private ulong Bits(ref ulong state, int count)
    {
        var bits = state & ((1UL << count) - 1);
        state >>= count;
        Information += count;
        Fill(ref state);
        return bits;
    }

    private (int[] Above, int Uses) Model(int context, int quantizer, int activity)
    {
        if (_models.TryGetValue((context, quantizer, activity), out var model))
            return model;
        var width = 0.72 * Math.Pow(2, (context - 9) / 3.0) * (activity < 0 ? 1 : new[] { 0.7, 0.85, 0.95, 1.1, 1.4 }[activity]);
        var bin = context < 19 ? 1 : 2;
        return (
            [.. Enumerable.Range(0, 15).Select(j =>
            {
                var largest = ((j + 1) * bin) - 1;
                var tail = Math.Exp(-(Math.Max((2 * largest) + 1 - quantizer, 0.5) + 0.2) / width);
                return (int)Math.Floor(65534 * tail / (1 + tail));
            })],
            0);
    }

    private static void Learn((int[] Above, int Uses) model, int symbol)
    {
        var divisor = model.Uses < 8 ? 16 : model.Uses < 24 ? 32 : model.Uses < 60 ? 64 : 128;
        for (var j = 0; j < 15; j++)
            model.Above[j] += (int)Math.Floor(((symbol > j ? 32767 : 0) - model.Above[j]) / (double)divisor);
    }

    private void Fill(ref ulong state)
    {
        if (state < 1UL << 32)
            state = (state << 32) | Word();
    }

    private uint Word()
    {
        var word = _position + 4 <= _stream.Length ? BinaryPrimitives.ReadUInt32LittleEndian(_stream.AsSpan(_position)) : 0;
        _position += 4;
        return word;
    }

    private static int Level(long ratio) => ratio < 20 ? 0 : ratio < 34 ? 1 : ratio < 48 ? 2 : ratio < 72 ? 3 : 4;

    private static int[][] Integers(ReferenceDecoder? side, int[] axes, int mask, string kind) =>
        [.. axes.Select((length, axis) => Enumerable.Range(0, length).Select(_ => (mask >> axis & 1) != 0 ? side!.Integer($"{kind}{axis}") : 0)
            .ToArray())];

    private static int Sum(int[][] integers, int[] axes, int element)
    {
        var sum = 0;
        for (var axis = axes.Length - 1; axis >= 0; axis--)
        {
            sum += integers[axis][element % axes[axis]];
            element /= axes[axis];
        }

        return sum;
    }

    private static double[] InverseCosine(double[] coefficients, int[] axes, int axis)
    {
        var stride = axes[(axis + 1)..].Aggregate(1, (a, b) => a * b);
        var length = axes[axis];
        return [.. coefficients.Select((_, element) =>
        {
            var j = element / stride % length;
            var sum = 0.0;
            for (var k = 0; k < length; k++)
                sum += coefficients[element
                    + ((k - j) * stride)] * Math.Sqrt((k == 0 ? 1.0 : 2.0) / length) * Math.Cos(Math.PI * ((2 * j) + 1) * k / (2.0 * length));
            return sum;
        })];
    }
}
