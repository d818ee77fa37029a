using System.Runtime.InteropServices;
using System.Text;
using CompressTasks.Coding.Dictionary;
using CsCheck;

namespace CompressTasks.Core.Tests.Coding.Dictionary;

public sealed class DictionaryCoderTests
{
    public static TheoryData<string> Inputs() => ["", "a", "ab", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabcabcabc", Names(2_000)];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void TextComesBack(string text) => RoundTrip(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData(2, 50_000)]
    [InlineData(256, 50_000)]
    [InlineData(4, 3)]
    public void RandomBytesComeBack(int symbols, int count) =>
        Gen.Byte[0, (byte)(symbols - 1)].Array[count].Sample(bytes => RoundTrip(bytes), iter: 4);

    [Fact]
    public void MatchesReachFarBack()
    {
        var bytes = new byte[1_800_000];
        new Random(2).NextBytes(bytes.AsSpan(0, 300_000));
        bytes.AsSpan(0, 300_000).CopyTo(bytes.AsSpan(1_500_000));

        RoundTrip(bytes).ShouldBeLessThan((int)(300_000 * 1.03));
    }

    [Fact]
    public void NamesThatRepeatShrinkTenfold() => RoundTrip(Encoding.UTF8.GetBytes(Names(2_000))).ShouldBeLessThan(Names(2_000).Length / 10);

    [Fact]
    public void ZerosShrinkToAlmostNothing() => RoundTrip(new byte[1_000_000]).ShouldBeLessThan(30);

    /// <summary>
    /// Long inputs are searched in another way than short ones, and the artifact must not show it: of the last 96 positions with the same hash,
    /// within the window, the nearest of the longest matches.
    /// </summary>
    [Theory]
    [InlineData(50_000)]
    [InlineData(300_000)]
    public void LongInputsHaveTheMatchesOfAPlainSearch(int length)
    {
        var random = new Random(length);
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (i / 10_000 % 3) switch { 0 => (byte)random.Next(4), 1 => (byte)(i % 5 == 0 ? 0x3D : random.Next(256)), _ => 0 };
        var finder = new MatchFinder(bytes);
        var positions = new Dictionary<uint, List<int>>();
        for (var position = 0; position + 3 <= length; position++)
        {
            var same = CollectionsMarshal.GetValueRefOrAddDefault(positions, Hash(bytes, position), out _) ??= [];
            // Every seventh, and what is before is known to both.
            if (position % 7 == 0)
                finder.Longest(position).ShouldBe(Plain(bytes, same, position));
            same.Add(position);
        }
    }

    private static uint Hash(byte[] bytes, int position) =>
        (uint)((bytes[position] | (bytes[position + 1] << 8) | (bytes[position + 2] << 16)) * 2654435761L) >> 16;

    private static (int Length, int Distance) Plain(byte[] bytes, List<int> same, int position)
    {
        var best = (Length: 2, Distance: 0);
        foreach (var candidate in Enumerable.Reverse(same).Take(96))
        {
            var length = bytes.AsSpan(position).CommonPrefixLength(bytes.AsSpan(candidate));
            if (length > best.Length)
                best = (length, position - candidate);
        }

        return best.Distance == 0 ? default : best;
    }

    [Fact]
    public void DamagedBytesAreRefusedOrDecodeToWrongBytes()
    {
        var bytes = Encoding.UTF8.GetBytes(Names(100));

        Damage.Everywhere(DictionaryEncoder.Encode(bytes), damaged => DictionaryDecoder.Decode(damaged, new byte[bytes.Length]));
    }

    private static int RoundTrip(byte[] bytes)
    {
        var coded = DictionaryEncoder.Encode(bytes);
        var decoded = new byte[bytes.Length];
        DictionaryDecoder.Decode(coded, decoded);
        decoded.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        return coded.Length;
    }

    // What fills the skeleton of a model: names of nodes with numbers in them.
    private static string Names(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"/blocks.{i / 12}/attention/MatMul_{i % 12}_output_0\n"));
}
