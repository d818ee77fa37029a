using System.Buffers.Binary;
using CompressTasks.Benchmarks.Fuzz.Engine;

namespace CompressTasks.Benchmarks.Fuzz.Mutation;

/// <summary>Changes bytes without a look at what they mean.</summary>
/// <param name="words">Runs of bytes that mean something to the reader; may be none.</param>
internal sealed class ByteMutator(IReadOnlyList<byte[]> words)
{
    private const int LongestRun = 64;

    /// <summary>Numbers at the margins of types, of powers of two, and of lengths.</summary>
    private static readonly long[] _margins =
    [
        0, 1, -1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 1000, 4095, 4096, 32767, 32768, 65535, 65536, 1 << 20,
            (1 << 24) - 1,
        int.MaxValue, int.MaxValue - 56, int.MinValue, uint.MaxValue, 1L << 32, 1L << 40, long.MaxValue, long.MinValue,
    ];

    private readonly byte[] _run = new byte[LongestRun];

    /// <summary>A number at a margin, or next to one.</summary>
    public static long Margin(FuzzRandom random)
    {
        var margin = _margins[random.Below(_margins.Length)];
        return random.OneIn(3) ? unchecked(margin + random.Below(5) - 2) : margin;
    }

    /// <summary>Changes a part of an input.</summary>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="keepLength">Whether the input must stay as long as it is.</param>
    public void Mutate(InputBuffer input, int start, int length, FuzzRandom random, bool keepLength = false)
    {
        if (length == 0)
        {
            if (!keepLength)
                Insert(input, start, random);
            return;
        }

        var at = start + random.Below(length);
        var left = start + length - at;
        switch (random.Below(keepLength ? 6 : 11))
        {
            case 0:
                input.Bytes[at] ^= (byte)(1 << random.Below(8));
                break;
            case 1:
                input.Bytes[at] = (byte)random.Next();
                break;
            case 2:
                input.Bytes[at] += (byte)(random.Below(33) - 16);
                break;
            case 3:
                WriteNumber(input.Bytes.Slice(at, left), random);
                break;
            case 4:
                input.Bytes[at] = random.OneIn(2) ? (byte)0 : (byte)0xFF;
                break;
            case 5:
                CopyWithin(input.Bytes.Slice(start, length), random);
                break;
            case 6:
                input.Remove(at, Math.Min(left, 1 + random.Below(random.OneIn(4) ? LongestRun : 4)));
                break;
            case 7:
                Insert(input, at, random);
                break;
            case 8:
                Repeat(input, at, left, random);
                break;
            case 9:
                input.Replace(at, Math.Min(left, random.Below(6)), Leb128(Margin(random)));
                break;
            default:
                if (words.Count > 0)
                    input.Replace(at, random.OneIn(2) ? 0 : Math.Min(left, random.Below(8)), words[random.Below(words.Count)]);
                else if (random.OneIn(8))
                    input.Remove(at, left);
                break;
        }
    }

    /// <summary>A number as protobuf and chunks write it.</summary>
    public ReadOnlySpan<byte> Leb128(long number)
    {
        var rest = (ulong)number;
        var length = 0;
        for (; rest >= 0x80; rest >>= 7)
            _run[length++] = (byte)(rest | 0x80);
        _run[length++] = (byte)rest;
        return _run.AsSpan(0, length);
    }

    private static void WriteNumber(Span<byte> bytes, FuzzRandom random)
    {
        var number = Margin(random);
        switch (random.Below(4))
        {
            case 0 when bytes.Length >= sizeof(long):
                BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
                break;
            case 1 when bytes.Length >= sizeof(float):
                BinaryPrimitives.WriteSingleLittleEndian(bytes,
                    random.Below(4) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => float.MaxValue, _ => number });
                break;
            case 2 when bytes.Length >= sizeof(ushort):
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)number);
                break;
            case 3 when bytes.Length >= sizeof(int):
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)number);
                break;
            default:
                bytes[0] = (byte)number;
                break;
        }
    }

    private static void CopyWithin(Span<byte> bytes, FuzzRandom random)
    {
        var length = 1 + random.Below(Math.Min(bytes.Length, LongestRun));
        var (from, to) = (random.Below(bytes.Length - length + 1), random.Below(bytes.Length - length + 1));
        bytes.Slice(from, length).CopyTo(bytes[to..]);
    }

    private void Insert(InputBuffer input, int at, FuzzRandom random)
    {
        var run = _run.AsSpan(0, 1 + random.Below(random.OneIn(4) ? LongestRun : 4));
        if (random.OneIn(2))
            run.Fill((byte)random.Next());
        else
        {
            foreach (ref var value in run)
                value = (byte)random.Next();
        }

        input.Replace(at, 0, run);
    }

    private void Repeat(InputBuffer input, int at, int left, FuzzRandom random)
    {
        var run = _run.AsSpan(0, 1 + random.Below(Math.Min(left, LongestRun)));
        input.Bytes.Slice(at, run.Length).CopyTo(run);
        for (var times = random.OneIn(16) ? 64 : 1 + random.Below(3); times > 0; times--)
            input.Replace(at, 0, run);
    }
}
