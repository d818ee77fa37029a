using System.Text;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class YamlTreeTests
{
    private static CompressionSpec Parse(string yaml) => SpecParsing.Parse(yaml);

    private static string Error(string yaml) =>
        Should.Throw<CompressException>(() => Parse(yaml)).Diagnostics.ShouldHaveSingleItem().ToString();

    [Fact]
    public void AliasesStandForTheirAnchors()
    {
        var spec = Parse("models: [ a ]\nstacks:\n  a: &q [ quantize: { r2: &r 0.9 } ]\n  b: *q\ngate: { r2: *r }");

        spec.Stacks[1].Stages.ShouldBe(spec.Stacks[0].Stages);
        spec.Gate!.R2!.Value.ShouldBe(0.9);
    }

    [Fact]
    public void MergedKeysYieldToOwnOnes()
    {
        var spec = Parse("""
            models: [ a ]
            stacks:
              a: [ gaussian: &g { components: 4, block: 64 } ]
              b: [ gaussian: { <<: *g, components: 5 } ]
              c: [ gaussian: { <<: [ { block: 128 }, *g ] } ]
            """);

        spec.Stacks.Select(stack => (GaussianSpec)stack.Stages[0]).Select(stage => (stage.Components, stage.Block))
            .ShouldBe([(4, 64), (5, 64), (4, 128)]);
    }

    [Fact]
    public void AMergeOfATextIsRefused() =>
        Error("models: [ a ]\ngate: { <<: text }")
            .ShouldBe("compress.yml(2,13): error CT1010: \"<<\" is \"text\", expected a mapping or a list of mappings");

    [Theory]
    [InlineData("models: [ *nowhere ]", 11, "nowhere")]
    [InlineData("models: &self [ *self ]", 17, "self")]
    public void AnAliasNeedsACompleteAnchor(string yaml, int column, string name) =>
        Error(yaml).ShouldBe($"compress.yml(1,{column}): error CT1004: the alias \"*{name}\" has no complete anchor before it");

    [Fact]
    public void AnAliasBombIsRefusedAtOnce()
    {
        var bomb = new StringBuilder("a0: &a0 [ x, x, x, x, x, x, x, x, x, x ]\n");
        for (var i = 1; i < 20; i++)
            bomb.Append($"a{i}: &a{i} [ {string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))} ]\n");

        // a0 has 11 nodes, a1 111, a2 1,111, a3 11,111: its ten aliases in a4 are 111,110 together.
        Error(bomb.ToString()).ShouldStartWith("compress.yml(5,");
        Error(bomb.ToString()).ShouldContain("error CT1007: with its aliases written out, the spec has more than 100000 values");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void EndlessNestingIsRefused(string open) =>
        Error(string.Concat(Enumerable.Repeat(open, 20_000))).ShouldContain("error CT1007: values are nested more than 32 levels deep");

    [Fact]
    public void AByteOrderMarkIsNoPartOfTheText()
    {
        Parse("\uFEFFmodels: [ a ]").Models.Count.ShouldBe(1);
        Error("\uFEFFmodel: [ a ]").ShouldStartWith("compress.yml(1,1): error CT1013");
    }

    [Theory]
    [InlineData("models: [ a ]\n# \0\ngarbage", "(2,3): error CT1003: the spec is not text: found the character U+0000")]
    [InlineData("models: [ \"a\u001b\" ]", "(1,13): error CT1003: the spec is not text: found the character U+001B")]
    [InlineData("models: [ a ]\uFEFF", "(1,14): error CT1003: the spec is not text: found the character U+FEFF")]
    public void InvisibleCharactersAreRefused(string yaml, string expected) => Error(yaml).ShouldStartWith("compress.yml" + expected);

    [Theory]
    [InlineData(0xD800)]
    [InlineData(0xDC00)]
    public void HalfASurrogatePairIsRefused(int half) =>
        Error($"models: [ a{(char)half} ]")
            .ShouldStartWith($"compress.yml(1,12): error CT1003: the spec is not text: found the character U+{half:X4}");

    [Fact]
    public void WindowsLineEndsCount()
    {
        Parse(SampleSpec.Text.ReplaceLineEndings("\r\n")).Rules.Count.ShouldBe(2);
        Error("models: [ a ]\r\n\r\ngate: { q: 1 }").ShouldStartWith("compress.yml(3,9): error CT1013");
    }

    [Fact]
    public void AKeyMustBeAText() =>
        Error("models: [ a ]\n? [ b ]\n: c").ShouldBe("compress.yml(2,3): error CT1010: \"key\" is a list, expected a text");
}
