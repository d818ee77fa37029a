using CompressTasks.Diagnostics;
using CsCheck;

namespace CompressTasks.Core.Tests.Spec;

public sealed class SpecFuzzTests
{
    private const int Mutations = 2000;

    private static readonly string _text = SampleSpec.Text.Replace(
        "onFailure:",
        "outputs: { samples: { random: { seed: 2, shapes: { x: [1, 3] }, ranges: { x: [0, 1] } } }, r2: 0.9, top1: 0.9, logits: true }\n  onFailure:",
        StringComparison.Ordinal);

    private static readonly string[] _fragments =
    [
        "{", "}", "[", "]", ":", ": ", "- ", "#", "&a", "*a", "<<: ", "\n", "\n  ", "\t", "\"", "'", "|", ">", "%", "@", "!", "!!int ", "?", "? ",
            "~", ",",
        "---\n", "...\n", "\0", "\uFEFF", "\ud800", "é", "-1", "1e999", ".nan", "0", "99999999999999999999", "null", "**", "[z-a]", "r2", "pca",
            "lossless", "\\", "\r", "\"\\uD800\\u0041\"", "\\UFFFFFFFF", "!<a b>", "%TAG ! !\n",
    ];

    private static readonly Gen<Func<string, string>> _change = Gen.Select(
        Gen.Int[0, 4], Gen.Int[0, 9999], Gen.Int[0, 9999], Gen.Int[1, 11], Gen.Char['\x01', '\u017F'], Gen.OneOf(_fragments),
        (kind, at, from, length, character, fragment) => (Func<string, string>)(text => Change(text, kind, at, from, length, character, fragment)));

    private static readonly Gen<string> _mutated = _change.Array[1, 5].Select(changes => changes.Aggregate(_text, (text, change) => change(text)));

    [Fact]
    public void MutatedSpecsAreReadOrRefused()
    {
        var (read, refused) = (0, 0);
        _mutated.Sample(
            yaml =>
            {
                try
                {
                    SpecParsing.Parse(yaml).Models.ShouldNotBeEmpty();
                    Interlocked.Increment(ref read);
                }
                catch (CompressException exception)
                {
                    Interlocked.Increment(ref refused);
                    foreach (var diagnostic in exception.Diagnostics)
                    {
                        IsAPlaceOf(yaml, diagnostic.Location!).ShouldBeTrue($"{diagnostic}");
                        diagnostic.Message.Any(char.IsControl).ShouldBeFalse($"{diagnostic}");
                    }
                }
            },
            iter: Mutations);
        read.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan((read + refused) / 4);
    }

    private static bool IsAPlaceOf(string yaml, SourceLocation place) =>
        place.Line >= 1 && place.Line <= yaml.Count(c => c is '\n' or '\r' or '\u0085') + 2 && place.Column > 0;

    private static string Change(string text, int kind, int at, int from, int length, char character, string fragment)
    {
        if (text.Length == 0)
            return fragment;
        at %= text.Length;
        length = Math.Min(length, text.Length - at);
        return kind switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text.Substring(from % (text.Length - length + 1), length)),
            2 => text.Insert(at, character.ToString()),
            3 => text.Remove(at, 1).Insert(at, fragment),
            _ => text.Insert(at, fragment),
        };
    }
}
