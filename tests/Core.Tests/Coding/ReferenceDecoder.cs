namespace CompressTasks.Core.Tests.Coding;

/// <summary>A second reader of the chunks, written from docs/artifact-format.md alone, plainly and slowly.</summary>
internal sealed class ReferenceDecoder
{
    private readonly Queue<byte> _bytes;
    private readonly int _limit;
    private readonly Dictionary<string, (long Value, int Count)> _probabilities = [];
    private long _code;
    private long _range = 0xFFFFFFFF;

    public ReferenceDecoder(IEnumerable<byte> bytes, int limit)
    {
        _bytes = new(bytes);
        _limit = limit;
        for (var i = 0; i < 4; i++)
            _code = (_code * 256) + Next();
    }

    public static byte[] Lossless(byte[] chunk, int length)
    {
        if (chunk[0] == 0)
            return chunk[1..];
        int size = chunk[0];
        var position = 1;
        var payload = new List<byte>();
        while (payload.Count < length)
        {
            var elements = Block(chunk, ref position, size, Math.Min(1 << 20, (length - payload.Count) / size));
            payload.AddRange(elements.SelectMany(element => BitConverter.GetBytes(element).Take(size)));
        }

        position.ShouldBe(chunk.Length);
        return [.. payload];
    }

    private static ulong[] Block(byte[] chunk, ref int position, int size, int count)
    {
        var kind = chunk[position++];
        if (kind == 2)
            return ReferenceFloatDecoder.Elements(chunk, ref position, size, count);
        if (kind == 3)
            return Repeats(chunk, ref position, size, count);
        var planes = new List<byte[]>();
        for (var p = 0; p < size; p++)
        {
            var method = chunk[position++];
            planes.Add(Plane(method, Bytes(chunk, ref position), count, planes.LastOrDefault()));
        }

        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var bits = string.Concat(planes.Select(plane => Convert.ToString(plane[i], 2).PadLeft(8, '0')));
            return Convert.ToUInt64(kind == 1 ? bits[^1] + bits[..^1] : bits, 2);
        })];
    }

    private static ulong[] Repeats(byte[] chunk, ref int position, int size, int count)
    {
        var rowLength = Count(chunk, ref position);
        var literalCount = Count(chunk, ref position);
        var runs = new ReferenceDecoder(Bytes(chunk, ref position), 127);
        var literals = new Queue<ulong>(literalCount == 0 ? [] : Block(chunk, ref position, size, literalCount));
        var elements = new List<ulong>();
        var signs = 0;
        while (true)
        {
            for (var run = runs.Integer("literals"); run > 0; run--)
                elements.Add(literals.Dequeue());
            if (elements.Count == count)
                break;
            var (length, distance, backwards) = (runs.Integer("length"), runs.Integer("distance"), runs.Bit("backwards"));
            var source = elements.Count - distance;
            for (; length > 0; length--, source += backwards == 1 ? -1 : 1)
            {
                var differs = runs.Bit($"sign{signs}");
                signs = ((2 * signs) + differs) % 8;
                elements.Add(elements[source] ^ ((ulong)differs << ((8 * size) - 1)));
            }

            if (elements.Count == count)
                break;
        }

        literals.ShouldBeEmpty();
        var rows = rowLength == 0 ? 0 : count / rowLength;
        return [.. Enumerable.Range(0, count).Select(i => elements[rowLength == 0 ? i : (i % rowLength * rows) + (i / rowLength)])];
    }

    public static byte[] Dictionary(byte[] coded, int length)
    {
        var decoder = new ReferenceDecoder(coded, 15);
        var bytes = new List<byte>();
        var (distance, afterMatch) = (0, 0);
        while (bytes.Count < length)
        {
            afterMatch = decoder.Bit($"match{afterMatch}");
            if (afterMatch == 0)
            {
                bytes.Add(decoder.Tree($"literal{bytes.Count % 4}"));
                continue;
            }

            var repeat = decoder.Bit("repeat") == 1;
            var run = repeat ? decoder.Integer("repeatLength") + 1 : decoder.Integer("matchLength") + 3;
            if (!repeat)
                distance = decoder.Integer("distance") + 1;
            for (; run > 0; run--)
                bytes.Add(bytes[^distance]);
        }

        return [.. bytes];
    }

    private static byte[] Plane(int method, byte[] coded, int count, byte[]? upper)
    {
        if (method == 0)
            return coded;
        var decoder = new ReferenceDecoder(coded, 255);
        var plane = new byte[count];
        for (var i = 0; i < count; i++)
            plane[i] = decoder.Tree($"{(method == 1 ? 0 : method == 3 ? upper![i] : i == 0 ? 0 : plane[i - 1])}:");
        return plane;
    }

    public int Integer(string model)
    {
        var width = 0;
        while (width < 31 && Bit($"{model}wider{width}") == 1)
            width++;
        if (width == 0)
            return 0;
        var isNegative = Bit($"{model}negative") == 1;
        var magnitude = 1;
        for (var i = 0; i < width - 1; i++)
            magnitude = (2 * magnitude) + (i < 4 ? Bit($"{model}digits{width}:{magnitude}") : Uniform());
        return isNegative ? -magnitude : magnitude;
    }

    private byte Tree(string model)
    {
        var node = 1;
        while (node < 256)
            node = (2 * node) + Bit($"{model}node{node}");
        return (byte)(node - 256);
    }

    private int Bit(string model)
    {
        var (value, count) = _probabilities.GetValueOrDefault(model, (1 << 21, 0));
        var bound = (_range / 65536) * Math.Max(value / 64, 1);
        var step = 65536 / (count + 2);
        var bit = _code < bound ? 1 : 0;
        if (bit == 1)
            _range = bound;
        else
            (_code, _range) = (_code - bound, _range - bound);
        value = bit == 1 ? value + (((1 << 22) - value) * step / 65536) : value - (value * step / 65536);
        _probabilities[model] = (value, Math.Min(count + 1, _limit));
        Normalize();
        return bit;
    }

    private int Uniform()
    {
        _range /= 2;
        var bit = _code >= _range ? 1 : 0;
        _code -= bit * _range;
        Normalize();
        return bit;
    }

    private void Normalize()
    {
        for (; _range < 1 << 24; _range *= 256)
            _code = (_code * 256) + Next();
    }

    private byte Next() => _bytes.TryDequeue(out var next) ? next : (byte)0;

    public static int Count(byte[] chunk, ref int position)
    {
        var (value, shift) = (0, 0);
        for (; chunk[position] >= 128; shift += 7)
            value |= (chunk[position++] - 128) << shift;
        return value | (chunk[position++] << shift);
    }

    public static byte[] Bytes(byte[] chunk, ref int position)
    {
        var length = Count(chunk, ref position);
        position += length;
        return chunk[(position - length)..position];
    }
}
