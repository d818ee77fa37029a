namespace CompressTasks.Core.Tests.Coding;

/// <summary>A second reader of exact floating-point numbers, written from docs/artifact-format.md alone, plainly and slowly.</summary>
internal sealed class ReferenceFloatDecoder
{
    private readonly Dictionary<string, Model> _models = [];
    private readonly Queue<uint> _words;
    private UInt128 _state;

    private ReferenceFloatDecoder(byte[] symbols)
    {
        _words = new(symbols.Chunk(4).Select(word => BitConverter.ToUInt32(word)));
        _state = _words.Dequeue();
        _state = (_state << 32) + _words.Dequeue();
    }

    public static ulong[] Elements(byte[] chunk, ref int position, int size, int count)
    {
        var layout = chunk[position++];
        var (exponentBits, left) = (5 + (3 * (layout / 64)), layout % 64);
        var rowLength = ReferenceDecoder.Count(chunk, ref position);
        var top = ReferenceDecoder.Count(chunk, ref position);
        var decoder = new ReferenceFloatDecoder(ReferenceDecoder.Bytes(chunk, ref position));
        var rest = new Queue<int>(ReferenceDecoder.Bytes(chunk, ref position).SelectMany(b => Enumerable.Range(0, 8).Select(i => (b >> i) & 1)));
        var elements = decoder.Decode(rest, (8 * size) - 1 - exponentBits - left, left, rowLength, top, count, 8 * size);
        decoder._words.ShouldBeEmpty();
        rest.Count.ShouldBeLessThan(8);
        rest.ShouldAllBe(bit => bit == 0);
        return elements;
    }

    private ulong[] Decode(Queue<int> rest, int fractionBits, int left, int rowLength, int top, int count, int bits)
    {
        var elements = new ulong[count];
        var columns = new long[rowLength];
        long ofRow = 4096, ofAll = 4096;
        for (var i = 0; i < count; i++)
        {
            var (row, column) = (i / rowLength, i % rowLength);
            var ofColumn = row == 0 ? ofRow : columns[column];
            var (r, c, s) = (Class(ofRow), Class(ofColumn), SumClass(row == 0 ? ofRow : ofColumn + ofRow - ofAll));
            var symbol = Symbol(
                ModelOf($"level{r},{c}", () => Model.OfOctaves((Middle(r) + Middle(c)) / 2)),
                ModelOf($"sum{s}", () => Model.OfOctaves(s < 60 ? (s + 0.5) / 4 : 15 + (2 * (s - 59.5)))));
            var level = top - symbol;
            if (symbol == 15)
            {
                var first = Symbol(ModelOf("digit", () => Model.Of(16)));
                var second = Symbol(ModelOf($"digit{first}", () => Model.Of(16)));
                level = (256 * first) + (16 * second) + Symbol(ModelOf($"digit{first},{second}", () => Model.Of(16)));
            }

            var leading = Symbol(ModelOf($"fraction{symbol}", () => Model.Of(256)));
            var own = level > fractionBits ? fractionBits : Math.Max(level - 1, 0);
            ulong fraction = own < 4 ? (ulong)(leading >> (4 - own)) : (ulong)leading << (own - 4);
            for (var bit = 0; bit < own - 4; bit++)
                fraction += (ulong)rest.Dequeue() << bit;
            var sign = (ulong)rest.Dequeue();
            var magnitude = level > fractionBits ? ((ulong)(level - fractionBits) << fractionBits) + fraction : level == 0 ? 0 : (1UL << (level - 1))
                + fraction;
            elements[i] = (sign << (bits - 1)) + (magnitude << left);

            var v = Math.Clamp(64L * ((16 * (top - level)) + 15 - leading), -1280, 24576);
            if (i == 0)
                (ofRow, ofAll) = (v, v);
            columns[column] = row == 0 ? Down(v + ofRow, 2) : columns[column] + Down((v - columns[column]) * (65536 / Math.Min(row + 2, 64)), 65536);
            ofRow += Down(v - ofRow, 32);
            ofAll += Down(v - ofAll, 1024);
        }

        return elements;
    }

    private static long Down(long number, long divisor) => (long)Math.Floor((double)number / divisor);

    private static int Class(long mean) => mean < 14336 ? (int)(Math.Max(mean, 0) / 512) : (int)Math.Min(28 + ((mean - 14336) / 4096), 31);

    private static int SumClass(long mean) => mean < 15360 ? (int)(Math.Max(mean, 0) / 256) : (int)Math.Min(60 + ((mean - 15360) / 2048), 63);

    private static double Middle(int k) => k < 28 ? (k + 0.5) / 2 : 14 + (4 * (k - 27.5));

    private Model ModelOf(string name, Func<Model> create) => _models.TryGetValue(name, out var model) ? model : _models[name] = create();

    private int Symbol(params Model[] models)
    {
        var s = Enumerable.Range(0, 16).Select(j => models.Sum(model => model.Above[j]) / models.Length).ToArray();
        var r = (int)(_state % 32768);
        var symbol = s.Take(15).Count(bound => bound > r);
        _state = ((UInt128)(uint)((symbol == 0 ? 32768 : s[symbol - 1]) - s[symbol]) * (_state / 32768)) + (uint)(r - s[symbol]);
        if (_state < 1UL << 32)
            _state = (_state << 32) + (_words.TryDequeue(out var word) ? word : 0);
        foreach (var model in models)
            model.Learn(symbol);
        return symbol;
    }

    private sealed class Model
    {
        private readonly long[] _counts;
        private int _uses;
        private int _due;

        private Model(long[] counts)
        {
            _counts = counts;
            Tabulate();
        }

        public int[] Above { get; } = new int[16];

        public static Model Of(int count) => new([.. Enumerable.Repeat((long)count, 16)]);

        public static Model OfOctaves(double octaves)
        {
            double P(int j) => j < 0 ? 1 : j == 15 ? 0 : 1 - Math.Exp(-Math.Pow(2, Math.Min(octaves - j - 1.833, 24)));
            return new([.. Enumerable.Range(0, 16).Select(j => (long)Math.Floor((256 * (P(j - 1) - P(j))) + 0.5) + 1)]);
        }

        public void Learn(int symbol)
        {
            _counts[symbol] += 32;
            if (++_uses <= _due)
                return;
            _due = _uses + Math.Min(_uses / 4, 256);
            Tabulate();
        }

        private void Tabulate()
        {
            var q = (32736L << 32) / _counts.Sum();
            for (var j = 0; j < 16; j++)
                Above[j] = (int)((_counts.Skip(j + 1).Sum() * q) >> 32) + (2 * (15 - j));
            if (_counts.Sum() <= 131072)
                return;
            for (var j = 0; j < 16; j++)
                _counts[j] = (_counts[j] + 1) / 2;
        }
    }
}
