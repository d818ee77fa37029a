using System.Text;
using CompressTasks.Benchmarks.Fuzz.Engine;

namespace CompressTasks.Benchmarks.Fuzz.Mutation;

/// <summary>Changes texts: lines, words of the language, numbers, and bytes.</summary>
/// <param name="words">Words of the language.</param>
internal sealed class TextMutator(IEnumerable<string> words)
{
    private const int MostLines = 1024;

    private static readonly string[] _usual =
    [
        "0", "-1", "1e999", "-1e999", "1e-999", "0.5", "2147483648", "-9223372036854775809", "9999999999999999999999", "NaN", "null", "true", "~",
            "\"\"", "''",
        "[]", "{}", "[[[[[[[[", "{\"a\":", ",", ":", "- ", "\n", "\r\n", "\t", "\0", "\\", "\\u0000", "\\ud800", "*", "**", "../", "/", "é",
            "\u2028", "\uFEFF",
        "::stop::", "##vso[x]", "&a ", "*a", "<<: ", "!t ", "|\n", ">\n", "# ",
    ];

    private readonly byte[][] _words = [.. words.Concat(_usual).Distinct().Select(Encoding.UTF8.GetBytes)];
    private readonly ByteMutator _bytes = new([.. words.Concat(_usual).Distinct().Select(Encoding.UTF8.GetBytes)]);
    private readonly (int Start, int End)[] _lines = new (int, int)[MostLines];
    private readonly byte[] _copy = new byte[1 << 12];

    public void Mutate(InputBuffer input, FuzzRandom random)
    {
        switch (random.Below(8))
        {
            case 0 or 1 or 2:
                _bytes.Mutate(input, 0, input.Length, random);
                break;
            case 3:
                ReplaceWord(input, random);
                break;
            case 4:
                ReplaceNumber(input, random);
                break;
            default:
                MoveLine(input, random);
                break;
        }
    }

    /// <summary>A run of letters and digits becomes a word.</summary>
    private void ReplaceWord(InputBuffer input, FuzzRandom random) =>
        Replace(input, random, static value => value is >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'a'
            and <= (byte)'z');

    private void ReplaceNumber(InputBuffer input, FuzzRandom random) =>
        Replace(input, random, static value => value is >= (byte)'0' and <= (byte)'9' or (byte)'.' or (byte)'-');

    private void Replace(InputBuffer input, FuzzRandom random, Func<byte, bool> isPart)
    {
        if (input.Length == 0)
            return;
        var bytes = input.Bytes;
        var start = random.Below(bytes.Length);
        for (var i = 0; i < bytes.Length && !isPart(bytes[start]); i++)
            start = start + 1 == bytes.Length ? 0 : start + 1;
        while (start > 0 && isPart(bytes[start - 1]))
            start--;
        var end = start;
        while (end < bytes.Length && isPart(bytes[end]))
            end++;
        input.Replace(start, end - start, _words[random.Below(_words.Length)]);
    }

    private void MoveLine(InputBuffer input, FuzzRandom random)
    {
        var count = Lines(input.Bytes);
        var (start, end) = _lines[random.Below(count)];
        var length = Math.Min(end - start, _copy.Length);
        input.Bytes.Slice(start, length).CopyTo(_copy);
        switch (random.Below(4))
        {
            case 0:
                input.Remove(start, end - start);
                break;
            case 1:
                input.Replace(_lines[random.Below(count)].Start, 0, _copy.AsSpan(0, length));
                break;
            case 2:
                for (var times = random.OneIn(16) ? 100 : 1; times > 0; times--)
                    input.Replace(start, 0, _copy.AsSpan(0, length));
                break;
            default:
                // Deeper, or less deep.
                if (random.OneIn(2))
                    input.Replace(start, 0, "  "u8);
                else if (length > 1 && _copy[0] == (byte)' ')
                    input.Remove(start, 1);
                break;
        }
    }

    private int Lines(ReadOnlySpan<byte> text)
    {
        var (count, start) = (0, 0);
        while (start < text.Length && count < MostLines - 1)
        {
            var length = text[start..].IndexOf((byte)'\n');
            var end = length < 0 ? text.Length : start + length + 1;
            _lines[count++] = (start, end);
            start = end;
        }

        if (count == 0)
            _lines[count++] = (0, 0);
        return count;
    }
}
