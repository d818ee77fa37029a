using CompressTasks.Corpus;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class StarterSpecTests
{
    private static CompressionSpec Parse(string yaml) => SpecParsing.Parse(yaml);

    [Fact]
    public void QuantizesTheLargeWeightsOfTheModel()
    {
        var text = StarterSpec.Write("tiny-gpt.onnx", [("small", 10), ("wte.weight", 1_234_567)]);

        var spec = Parse(text);
        spec.Models.ShouldHaveSingleItem().Pattern.ShouldBe("tiny-gpt.onnx");
        spec.RuleFor("wte.weight", 1_234_567, "float32")!.Stack.Stages.ShouldHaveSingleItem().ShouldBeOfType<QuantizeSpec.ToR2>().R2.ShouldBe(0.999);
        spec.RuleFor("small", 10, "float32").ShouldBeNull();
        spec.Gate.ShouldNotBeNull();
        text.ShouldContain("The model has 2 floating-point weights with 1,234,577 values.");
        text.ShouldContain("1,234,567  \"wte.weight\"");
        text.ShouldNotContain("\r");
    }

    [Fact]
    public void OutputsAreComparedAndSearchedForWhereThereAreSamples()
    {
        var outputs = new StarterOutputs("\"a.npz\"", "\"b.npz\"", AreWhole: false);

        var spec = Parse(StarterSpec.Write("m.onnx", [("w", 5000)], outputs: outputs));
        spec.Gate!.Outputs!.Samples.ShouldBeOfType<FileSamplesSpec>().Pattern.ShouldBe("a.npz");
        spec.Gate.Outputs.R2!.Value.ShouldBe(0.999);
        spec.Search!.Target.Calibration.ShouldBeOfType<FileSamplesSpec>().Pattern.ShouldBe("b.npz");
        Parse(StarterSpec.Write("m.onnx", [("w", 5000)], outputs: outputs with { AreWhole = true })).Gate!.Outputs!.Top1!.Value.ShouldBe(0.999);
    }

    [Fact]
    public void RemarksAreCommentsOfAtMostAHundredColumns()
    {
        string[] remarks = [string.Concat(Enumerable.Repeat("eleven char ", 20)), "one\ntwo: [\u2028three"];

        var text = StarterSpec.Write("m.onnx", [("w", 5000)], remarks: remarks);
        Parse(text).Rules.Count.ShouldBe(1);
        text.ShouldContain("# one two: [ three\n");
        text.Split('\n').Count(line => line.StartsWith("# eleven", StringComparison.Ordinal)).ShouldBe(3);
        text.Split('\n').Where(line => line.StartsWith('#')).ShouldAllBe(line => line.Length <= 100);
    }

    /// <summary>The template of <c>dotnet new compress</c>, which knows no model, says what is said of a model that cannot be run.</summary>
    [Fact]
    public void TheTemplateSaysTheSame()
    {
        var template = File.ReadAllText(Path.Combine(Repository.Root, "src", "Templates", "compress.yml")).ReplaceLineEndings("\n");
        var starter = StarterSpec.Write("model.onnx", [("w", 5000)], "compress.schema.json");

        Lines(template).ShouldBe(Lines(starter));
        template.ShouldStartWith("# yaml-language-server: $schema=compress.schema.json\n");
        Parse(template.Replace("# - weights", "- weights", StringComparison.Ordinal).Replace("#   stack", "  stack", StringComparison.Ordinal))
            .RuleFor("layer.weight", 5000, "float32")!.Stack.Name.ShouldBe("gaussian + pca + residual");

        static IEnumerable<string> Lines(string text) =>
            text.Split('\n').Where(line => line.Length > 0 && !line.TrimStart().StartsWith('#'));
    }

    [Fact]
    public void TheExampleInItsCommentsIsAValidRule()
    {
        var text = StarterSpec.Write("m.onnx", [("w[0]", 5000)])
            .Replace("# - weights", "- weights", StringComparison.Ordinal)
            .Replace("#   stack", "  stack", StringComparison.Ordinal);

        Parse(text).RuleFor("w[0]", 5000, "float32")!.Stack.Name.ShouldBe("gaussian + pca + residual");
    }

    [Fact]
    public void WithoutALargeWeightThereIsNoRuleThatCouldMatchNothing() =>
        Parse(StarterSpec.Write("m.onnx", [("bias", 1023)])).Rules.ShouldBeEmpty();

    [Fact]
    public void WithoutWeightsItIsValid() => Parse(StarterSpec.Write("m.onnx", [])).Models.Count.ShouldBe(1);

    [Theory]
    [InlineData("a \"b\".onnx")]
    [InlineData("it's: #1 {x}.onnx")]
    [InlineData("- [ü😀].onnx")]
    [InlineData("new\nline\u2028\u0085\u007f\u0001.onnx")]
    public void AnyNameSurvives(string name)
    {
        var spec = Parse(StarterSpec.Write(name, [(name, 4096)]));
        spec.Models[0].Pattern.ShouldBe(name);
        spec.Rules.Count.ShouldBe(1);
    }
}
