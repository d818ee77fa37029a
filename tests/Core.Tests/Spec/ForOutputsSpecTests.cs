using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class ForOutputsSpecTests
{
    private const string Gate = "gate: { outputs: { samples: v.npz, r2: 0.99 } }";

    [Fact]
    public void CalibrationAndTimeAreRead()
    {
        var stage = Stage("{ for: outputs, calibration: c.npz, maxTime: 5 min, floor: 0.5 }");
        stage.Target.MaxTime.ShouldBe(TimeSpan.FromMinutes(5));
        stage.Target.Calibration.ShouldBeOfType<FileSamplesSpec>().Pattern.ShouldBe("c.npz");
        stage.Floor.ShouldBe(0.5);
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("1.5 min", 90)]
    [InlineData("2 h", 7200)]
    public void TimesHaveUnits(string time, double seconds) =>
        Stage($"{{ for: outputs, maxTime: {time} }}").Target.MaxTime!.Value.TotalSeconds.ShouldBe(seconds);

    [Fact]
    public void WithoutOptionsTheGatesSamplesServe()
    {
        var target = Stage("{ for: outputs }").Target;
        (target.Calibration, target.MaxTime).ShouldBe((null, null));
    }

    [Theory]
    [InlineData("{ for: outputs, r2: 0.9 }", "error CT1016: quantize needs exactly one of r2, step, bits, bytes or for, found for and r2")]
    [InlineData("{ for: inputs }", "error CT1012: \"for\" is \"inputs\", expected outputs")]
    [InlineData("{ r2: 0.9, calibration: c.npz }", "error CT1027: \"calibration\" means something only with \"for: outputs\"")]
    [InlineData("{ r2: 0.9, maxTime: 5 s }", "error CT1027: \"maxTime\" means something only with \"for: outputs\"")]
    [InlineData("{ for: outputs, calibrationMemory: 1 GiB }",
        "(2,59): error CT1027: \"calibrationMemory\" means something only with \"calibration\"; add that, or remove it")]
    [InlineData("{ for: outputs, calibrationBlock: 64 }", "error CT1027: \"calibrationBlock\" means something only with \"calibration\"")]
    [InlineData("{ for: outputs, calibrationPatches: 4 }", "error CT1027: \"calibrationPatches\" means something only with \"calibration\"")]
    [InlineData("{ for: outputs, maxTime: 5 weeks }", "error CT1010: \"maxTime\" is \"5 weeks\", expected a time, such as 90 s, 5 min or 1 h")]
    [InlineData("{ for: outputs, maxTime: 0 }", "error CT1011: \"maxTime\" is 0, expected more than 0, at most 24 h")]
    public void MistakesAreRefused(string quantize, string expected) =>
        Errors($"models: [ a ]\nrules: [ {{ weights: a, stack: [ quantize: {quantize} ] }} ]\n{Gate}").ShouldHaveSingleItem().ShouldContain(expected);

    [Theory]
    [InlineData("")]
    [InlineData("gate: { r2: 0.9 }")]
    [InlineData("gate: { outputs: { samples: v.npz } }")]
    public void WithoutAGateOnOutputsThereIsNothingToSearchFor(string gate) =>
        Errors($"models: [ a ]\nrules: [ {{ weights: a, stack: [ quantize: {{ for: outputs }} ] }} ]\n{gate}").ShouldHaveSingleItem()
            .ShouldStartWith("compress.yml(2,33): error CT1027: quantize says for: outputs, but the spec does not say what outputs must hold");

    [Theory]
    [InlineData("c.npz", "./c.npz")]
    [InlineData("images/*.jpg", "./a/../images/*.jpg")]
    [InlineData("{ images: { path: \"i/*.png\", size: [ 8, 8 ] } }", "{ images: { path: \"./i/*.png\", size: [ 8, 8 ] } }")]
    public void TwoPathsToOneCalibrationAreTheSame(string one, string other)
    {
        var (first, second) = (Calibration(one), Calibration(other));
        first.IsSameAs(second).ShouldBeTrue();
        first.IsSameAs(Calibration("elsewhere.npz")).ShouldBeFalse();

        SamplesSpec Calibration(string text) => Stage($"{{ for: outputs, calibration: {text} }}").Target.Calibration!;
    }

    [Fact]
    public void TwoSearchesCannotDiffer() =>
        Errors($"models: [ a ]\nstacks:\n  s: [ quantize: {{ for: outputs }} ]\n  t: [ quantize: {{ for: outputs, maxTime: 5 }} ]\n{Gate}")
            .ShouldHaveSingleItem()
            .ShouldStartWith("compress.yml(4,8): error CT1027: this stack has another calibration (its options included) or maxTime than the one at line 3");

    [Fact]
    public void AModelCannotHaveTwoSizes() =>
        Errors("models: [ a ]\nstacks:\n  s: [ quantize: { bytes: 2 MB } ]\n  t: [ quantize: { bytes: 1 MB } ]").ShouldHaveSingleItem()
            .ShouldStartWith("compress.yml(4,8): error CT1027: bytes says how large the artifact shall be, and so does the stack at line 3");

    [Fact]
    public void SizeAndQualityCannotBothBeAskedFor() =>
        Errors($"models: [ a ]\nstacks:\n  s: [ quantize: {{ for: outputs }} ]\n  t: [ quantize: {{ bytes: 1 MB }} ]\n{Gate}").ShouldHaveSingleItem()
            .ShouldStartWith("compress.yml(4,8): error CT1027: bytes says how large the artifact shall be, and for: outputs at line 3 how good");

    [Fact]
    public void TheSameSearchMayBeAskedForTwice() =>
        SpecParsing.Parse(
            $"models: [ a ]\nstacks:\n  s: [ quantize: {{ for: outputs, calibration: c.npz }} ]\n  t: [ quantize: {{ for: outputs, calibration: "
                + $"c.npz, floor: 0.9 }} ]\n{Gate}").Stacks.Count.ShouldBe(2);

    private static QuantizeSpec.ForOutputs Stage(string quantize) =>
        (QuantizeSpec.ForOutputs)SpecParsing.Parse($"models: [ a ]\nrules: [ {{ weights: a, stack: [ quantize: {quantize} ] }} ]\n{Gate}").Rules[0]
            .Stack.Stages[0];

    private static string[] Errors(string yaml) =>
        SpecParsing.Errors(yaml);
}
