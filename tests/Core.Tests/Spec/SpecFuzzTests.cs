using System.Text;
using CompressTasks.Diagnostics;

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
        "{", "}", "[", "]", ":", ": ", "- ", "#", "&a", "*a", "<<: ", "\n", "\n  ", "\t", "\"", "'", "|", ">", "%", "@", "!", "!!int ", "?", "? ", "~", ",",
        "---\n", "...\n", "\0", "\uFEFF", "\ud800", "é", "-1", "1e999", ".nan", "0", "99999999999999999999", "null", "**", "[z-a]", "r2", "pca", "lossless", "\\", "\r", "\"\\uD800\\u0041\"", "\\UFFFFFFFF", "!<a b>", "%TAG ! !\n",
    ];

    [Fact]
    public void MutatedSpecsAreReadOrRefused()
    {
        var random = new Random(20240229);
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var yaml = Mutate(_text, random);
            try
            {
                SpecParsing.Parse(yaml).Models.ShouldNotBeEmpty();
            }
            catch (CompressException exception)
            {
                refused++;
                var lines = yaml.Count(c => c is '\n' or '\r' or '\u0085') + 1;
                foreach (var diagnostic in exception.Diagnostics)
                {
                    diagnostic.Location!.Line.ShouldBeInRange(1, lines + 1, yaml);
                    diagnostic.Location.Column.ShouldBeGreaterThan(0, yaml);
                    diagnostic.Message.Any(char.IsControl).ShouldBeFalse(yaml);
                }
            }
        }
        refused.ShouldBeInRange(Mutations / 4, Mutations - 1);
    }

    private static string Mutate(string yaml, Random random)
    {
        var text = new StringBuilder(yaml);
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            _ = random.Next(5) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, text.ToString(random.Next(text.Length - length), length)),
                2 => text.Insert(at, (char)random.Next(1, 0x180)),
                3 => text.Remove(at, 1).Insert(at, _fragments[random.Next(_fragments.Length)]),
                _ => text.Insert(at, _fragments[random.Next(_fragments.Length)]),
            };
        }
        return text.ToString();
    }
}
