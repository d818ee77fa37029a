using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class CompressionSpecTests
{
    private const string File = "compress.yml";

    private static CompressionSpec Parse(string yaml) => SpecParsing.Parse(yaml);

    private static StageSpec Stage(string yaml) => Parse($"models: [ m.onnx ]\nstacks: {{ s: [ {yaml} ] }}").Stacks[0].Stages[^1];

    private static SourceLocation At(int line, int column) => new(File, line, column);

    [Fact]
    public void EverythingInTheSampleIsRead()
    {
        var spec = Parse(SampleSpec.Text);

        spec.Models.ShouldBe([new ModelSpec("models/tiny-gpt.onnx", null, At(3, 11))]);
        spec.Stacks.Select(stack => stack.Name).ShouldBe(["paper58", "tower", "closed", "quantized"]);
        spec.Stacks[0].At.ShouldBe(At(5, 3));
        spec.Stacks[0].Stages.ShouldBe([
            new GaussianSpec(8, 256, GaussianFreedom.All, At(5, 16)),
            new PcaSpec(2, null, null, PcaWeighting.None, At(5, 49))]);
        spec.Stacks[1].Stages.ShouldBe([
            new GaussianSpec(8, 256, GaussianFreedom.Amplitude, At(6, 16)),
            new RecursiveSpec(new PcaSpec(null, null, 0.95, PcaWeighting.Jacobian, At(6, 79)), 6, 0.05, At(6, 66))]);
        spec.Stacks[2].Stages[2].ShouldBe(new ResidualSpec(0.99, At(7, 74)));
        spec.Stacks[3].Stages.ShouldBe([new QuantizeSpec.ToR2(0.99, At(8, 18))]);
        spec.Rules.Count.ShouldBe(2);
        spec.Rules[0].Stack.ShouldBeSameAs(spec.Stacks[2]);
        spec.Rules[0].At.ShouldBe(At(10, 14));
        spec.Rules[1].MinElements.ShouldBe(1024);
        spec.Rules[1].MaxElements.ShouldBe(long.MaxValue);
        var gate = new GateSpec(new(0.99, At(16, 7)), new(0.98, At(17, 13)), new(4, At(18, 10)), null, Severity.Error, At(15, 1));
        spec.Gate.ShouldBe(gate with { OnFailureAt = At(19, 3) });
        spec.Output.ShouldBe("artifacts");
        spec.Reports.ShouldBe([ReportFormat.Json, ReportFormat.Markdown]);
    }

    [Fact]
    public void SpeedIsANumberOrAMapping()
    {
        Parse("models: [ m.onnx ]\ngate: { speed: 1.3 }").Gate!.Speed
            .ShouldBe(new SpeedGateSpec(new(1.3, At(2, 16)), 1, 1, TimeSpan.FromSeconds(30), At(2, 9)));
        Parse("models: [ m.onnx ]\ngate: { speed: { atLeast: 2, threads: 4, batch: 8, maxTime: 1 min } }").Gate!.Speed
            .ShouldBe(new SpeedGateSpec(new(2, At(2, 27)), 4, 8, TimeSpan.FromMinutes(1), At(2, 9)));
    }

    [Fact]
    public void OnlyModelsAreRequired()
    {
        var spec = Parse("models: [ a.onnx ]");

        spec.Rules.ShouldBeEmpty();
        spec.Stacks.ShouldBeEmpty();
        spec.Gate.ShouldBeNull();
        spec.Output.ShouldBe("artifacts");
        spec.Reports.ShouldBe([ReportFormat.Json, ReportFormat.Markdown, ReportFormat.Html]);
        spec.RuleFor("any", 1_000_000, "float32").ShouldBeNull();
    }

    [Fact]
    public void OptionsHaveTheirDefaults()
    {
        Stage("gaussian").ShouldBeOfType<GaussianSpec>().ShouldSatisfyAllConditions(
            stage => stage.Components.ShouldBe(8),
            stage => stage.Block.ShouldBe(256),
            stage => stage.Free.ShouldBe(GaussianFreedom.All),
            stage => stage.ParametersPerBlock.ShouldBe(24));
        Stage("pca: { keep: 1 }").ShouldBeOfType<PcaSpec>().Weighting.ShouldBe(PcaWeighting.Jacobian);
        Stage("haar: { keep: 0.9 }").ShouldBeOfType<HaarSpec>().Axis.ShouldBe(TransformAxis.Columns);
        Stage("dct: { keep: 0.9, axis: rows }").ShouldBeOfType<DctSpec>().Axis.ShouldBe(TransformAxis.Rows);
        Stage("recursive: { gaussian }").ShouldBeOfType<RecursiveSpec>().ShouldSatisfyAllConditions(
            stage => stage.Inner.ShouldBeOfType<GaussianSpec>(),
            stage => stage.MaxLevels.ShouldBe(6),
            stage => stage.MinGain.ShouldBe(0.05));
    }

    [Theory]
    [InlineData("lossless")]
    [InlineData("{ lossless: }")]
    [InlineData("{ lossless: {} }")]
    public void AStageWithoutOptionsMayBeAPlainText(string stage) => Stage(stage).ShouldBeOfType<LosslessSpec>();

    [Fact]
    public void QuantizeHasTheTargetThatIsAskedFor()
    {
        Stage("quantize: { r2: 0.5 }").ShouldBe(new QuantizeSpec.ToR2(0.5, At(2, 16)));
        Stage("quantize: { r2: 0.5, of: bulk }").ShouldBe(new QuantizeSpec.ToR2(0.5, At(2, 16)) { Of = R2Measure.Bulk });
        Stage("quantize: { step: 1e-3 }").ShouldBe(new QuantizeSpec.ToStep(0.001, At(2, 16)));
        Stage("quantize: { bits: 2.5 }").ShouldBe(new QuantizeSpec.ToBits(2.5, At(2, 16)));
        Stage("quantize: { r2: 0.5, allocate: model, floor: 0.25 }").ShouldBe(new QuantizeSpec.ToPooledR2(0.5, 0.25, At(2, 16)));
        Stage("quantize: { bytes: 1000 }").ShouldBe(new QuantizeSpec.ToArtifactBytes(1000, Floor: null, At(2, 16)));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2000000", 2_000_000)]
    [InlineData("2 MB", 2_000_000)]
    [InlineData("900KB", 900_000)]
    [InlineData("1 MiB", 1_048_576)]
    [InlineData("\"1.5 KiB\"", 1536)]
    [InlineData("3 GB", 3_000_000_000)]
    [InlineData("1 gib", 1_073_741_824)]
    [InlineData("12 B", 12)]
    public void SizesHaveUnits(string size, double bytes) =>
        Parse($"models: [ m.onnx ]\ngate: {{ maxBytes: {size} }}").Gate!.MaxBytes!.ShouldBe(new(bytes, At(2, 19)));

    [Fact]
    public void AModelMayBeATextOrAMapping() =>
        Parse("models: [ a.onnx, { path: 'b\\c.onnx', name: small } ]").Models.ShouldBe([
            new ModelSpec("a.onnx", null, At(1, 11)),
            new ModelSpec("b/c.onnx", "small", At(1, 27))]);

    [Fact]
    public void TheFirstRuleThatMatchesCounts()
    {
        var spec = Parse("""
            models: [ m.onnx ]
            rules:
              - { weights: [ "a.*", "b.*" ], maxElements: 5000, types: float16, stack: [ quantize: { bits: 2 } ] }
              - { weights: "a.*", stack: [ quantize: { bits: 3 } ] }
              - { weights: "**", stack: [ lossless ] }
            """);

        int? Rule(string path, long elements, string type) =>
            spec.RuleFor(path, elements, type) is { } rule ? spec.Rules.ToList().IndexOf(rule) : null;

        Rule("a.w", 1024, "float16").ShouldBe(0);
        Rule("b.w", 5000, "float16").ShouldBe(0);
        Rule("a.w", 5001, "float16").ShouldBe(1);
        Rule("a.w", 1024, "float32").ShouldBe(1);
        Rule("b.w", 1024, "float32").ShouldBe(2);
        Rule("a.w", 1023, "float16").ShouldBe(2);
        Rule("x", 0, "double").ShouldBe(2);
        spec.Rules[0].Stack.Name.ShouldBe("quantize");
    }

    [Fact]
    public void NumbersDoNotDependOnTheCulture()
    {
        var culture = Thread.CurrentThread.CurrentCulture;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        german.NumberFormat.NumberGroupSeparator = ".";
        try
        {
            Thread.CurrentThread.CurrentCulture = german;
            Stage("quantize: { r2: 0.95 }").ShouldBeOfType<QuantizeSpec.ToR2>().R2.ShouldBe(0.95);
            Should.Throw<CompressException>(() => Stage("quantize: { r2: 1.5 }"))
                .Message.ShouldContain("is 1.5, expected a number, more than 0, less than 1");
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = culture;
        }
    }

    [Fact]
    public void AModelWithoutASpecIsQuantizedAndGated()
    {
        var spec = CompressionSpec.ForModel("some/m.onnx", 0.97);

        var rule = spec.RuleFor("w", 1024, "float32").ShouldNotBeNull();
        rule.Stack.Stages.ShouldHaveSingleItem().ShouldBeOfType<QuantizeSpec.ToR2>().R2.ShouldBe(0.97);
        spec.RuleFor("w", 1023, "float32").ShouldBeNull();
        spec.Gate!.R2!.Value.ShouldBe(0.97);
        spec.Gate.WeightR2!.Value.ShouldBe(0.97);
        spec.OutputFolder.ShouldBe(Path.GetFullPath("some"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void AnR2OutsideOfItsRangeIsRefused(double r2) =>
        Should.Throw<CompressException>(() => CompressionSpec.ForModel("m.onnx", r2)).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT1011");
}
