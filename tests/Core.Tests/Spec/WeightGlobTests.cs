using System.Text.RegularExpressions;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;
using CsCheck;

namespace CompressTasks.Core.Tests.Spec;

public sealed class WeightGlobTests
{
    [Theory]
    [InlineData("blocks.*.attn.weight", "blocks.0.attn.weight", true)]
    [InlineData("blocks.*.attn.weight", "blocks.0.x.attn.weight", true)]
    [InlineData("blocks.*.attn.weight", "blocks.0/attn.weight", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("**", "a/b", true)]
    [InlineData("**", "", true)]
    [InlineData("**/w", "If_1/then_branch/w", true)]
    [InlineData("**/w", "w", false)]
    [InlineData("*/*/w", "a/b/w", true)]
    [InlineData("w?", "w1", true)]
    [InlineData("w?", "w", false)]
    [InlineData("w?", "w/", false)]
    [InlineData("w?", "w😀", true)]
    [InlineData("W", "w", false)]
    [InlineData("a+b.c", "a+b.c", true)]
    [InlineData("a+b.c", "aab-c", false)]
    [InlineData("w[0-3]", "w2", true)]
    [InlineData("w[0-3]", "w4", false)]
    [InlineData("w[!0-3]", "w4", true)]
    [InlineData("w[!0-3]", "w0", false)]
    [InlineData("w[a-]", "w-", true)]
    [InlineData("w[[]0]", "w[0]", true)]
    [InlineData("a]", "a]", true)]
    [InlineData("{a,b}", "{a,b}", true)]
    [InlineData("{a,b}", "a", false)]
    public void PatternsMatch(string pattern, string path, bool expected) => WeightGlob.Parse(pattern).IsMatch(path).ShouldBe(expected);

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a***", "3 stars in a row; write * or **")]
    [InlineData("[", "[ without ]; write [[] for the character itself")]
    [InlineData("a[]", "an empty set [ ]")]
    [InlineData("a[!]", "an empty set [ ]")]
    [InlineData("[z-a]", "the range z-a runs backwards")]
    public void MalformedPatternsAreRefused(string pattern, string problem) =>
        Should.Throw<CompressException>(() => WeightGlob.Parse(pattern)).Diagnostics[0]
            .Message.ShouldBe($"the glob \"{pattern}\" is malformed: {problem}");

    [Fact]
    public void MatchingAgreesWithARegularExpression()
    {
        var matches = 0;
        Gen.Select(Gen.String[Gen.Char["ab/.?*"], 0, 6], Gen.String[Gen.Char["ab/."], 0, 8])
            .Where((stars, _) => !stars.Contains("***", StringComparison.Ordinal)).Sample(
            (stars, end) =>
            {
                var (pattern, path) = ("a" + stars, "a" + end);
                var regex = "^"
                    + Regex.Escape(pattern).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)
                        .Replace(@"\?", "[^/]", StringComparison.Ordinal) + @"\z";
                var expected = Regex.IsMatch(path, regex);
                WeightGlob.Parse(pattern).IsMatch(path).ShouldBe(expected, $"{pattern} on {path}");
                if (expected)
                    Interlocked.Increment(ref matches);
            },
            iter: 30_000);
        matches.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void ManyStarsTakeNoLonger() =>
        WeightGlob.Parse(string.Concat(Enumerable.Repeat("*a", 200)) + "b").IsMatch(new string('a', 2000)).ShouldBeFalse();

    [Theory]
    [InlineData("onnx::MatMul_12")]
    [InlineData("a[0]*?**/[!b]")]
    [InlineData("w😀]")]
    public void AnEscapedPathMatchesItselfAlone(string path)
    {
        var glob = WeightGlob.Parse(WeightGlob.Escape(path));
        glob.IsMatch(path).ShouldBeTrue();
        glob.IsMatch(path + "x").ShouldBeFalse();
        glob.IsMatch(path.Replace('*', 'y').Replace('?', 'y') + "y").ShouldBeFalse();
    }

    [Theory]
    [InlineData("blocks.*.weight", "blocks.0.weigth", 2)]
    [InlineData("blocks.*.weight", "block.0.weight", 1)]
    [InlineData("*", "a/b", 1)]
    [InlineData("abc", "", 3)]
    public void DistanceCountsTheChangesThatAreNeeded(string pattern, string path, int expected) =>
        WeightGlob.Parse(pattern).Distance(path).ShouldBe(expected);
}
