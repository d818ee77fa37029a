using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class MetricSpecTests
{
    [Fact]
    public void EverythingIsReadWithItsPlace()
    {
        var metric = Metric("""
            name: wer
                  run: [ dotnet, run, --project, "My Eval", --, "{model}" ]
                  atLeast: 0
                  atMost: 0.05
                  increase: 1e-3
                  drop: 0.5
                  timeout: 90 s
                  inputs: [ "Eval/**/*.cs", data\test.npz ]
            """);
        metric.Name.ShouldBe("wer");
        metric.Command.ShouldBe(new(["dotnet", "run", "--project", "My Eval", "--", "{model}"], IsShell: false));
        (metric.AtLeast!.Value, metric.AtMost!.Value, metric.Increase!.Value, metric.Drop!.Value).ShouldBe((0, 0.05, 0.001, 0.5));
        metric.AtMost.At.ShouldBe(new("compress.yml", 7, 15));
        metric.Timeout.ShouldBe(TimeSpan.FromSeconds(90));
        metric.Inputs.Select(input => (input.Pattern, input.IsGlob, input.At.Line, input.At.Column))
            .ShouldBe([("Eval/**/*.cs", true, 11, 17), ("data/test.npz", false, 11, 33)]);
        metric.At.ShouldBe(new("compress.yml", 4, 7));
        metric.ComparesWithOriginal.ShouldBeTrue();
    }

    [Fact]
    public void TheRestHasDefaults()
    {
        var metric = Metric("{ name: wer, run: 'eval \"{model}\"', atMost: 5 }");
        (metric.AtLeast, metric.Increase, metric.Drop).ShouldBe((null, null, null));
        (metric.Timeout, metric.Inputs.Count, metric.Command.IsShell, metric.ComparesWithOriginal)
            .ShouldBe((TimeSpan.FromMinutes(10), 0, false, false));
        SpecParsing.Parse("models: [ m.onnx ]\ngate: { r2: 0.9 }").Gate!.Metrics.ShouldBeEmpty();
    }

    [Fact]
    public void ATextAndAListThatSayTheSameAreTheSameCommand()
    {
        var (text, list) = (Metric("{ name: a, run: 'eval  \"{model}\"', atMost: 5 }").Command,
            Metric("{ name: b, run: [ eval, '{model}' ], drop: 5 }").Command);
        text.ShouldBe(list);
        text.GetHashCode().ShouldBe(list.GetHashCode());
        Metric("{ name: a, run: 'eval {model}', shell: true, atMost: 5 }").Command.ShouldNotBe(text);
    }

    [Theory]
    [InlineData("{ name: wer, run: 'eval {model}' }",
        "compress.yml(4,7): error CT1530: the metric \"wer\" holds nothing; add at least one of atLeast, atMost, increase and drop")]
    [InlineData("{ name: wer, run: eval, atMost: 1 }",
        "(4,25): error CT1530: \"eval\" does not say where the path of the model goes; write {model} there")]
    [InlineData("{ name: wer, run: 'eval {original}', atMost: 1 }",
        "error CT1530: \"eval {original}\" does not say where the path of the model goes")]
    [InlineData("{ name: wer, run: 'eval \"{model}', atMost: 1 }", "(4,25): error CT1530: \"eval \"{model}\" has a quote that is not closed")]
    [InlineData("{ name: wer, run: [ eval, '{model}' ], shell: true, atMost: 1 }",
        "(4,46): error CT1530: a shell takes one text, but \"run\" is a list")]
    [InlineData("{ name: wer, run: 'eval {model}', atLeast: 2, atMost: 1 }",
        "(4,61): error CT1530: no figure passes: \"atMost\" of the metric \"wer\"")]
    [InlineData("{ name: \"a\\nb\", run: 'eval {model}', atMost: 1 }", "(4,15): error CT1530: the metric's name \"a b\" has control characters")]
    [InlineData("{ name: wer, run: 'eval {model}', atMost: 1 }\n    - { name: wer, run: 'eval {model}', drop: 1 }",
        "compress.yml(5,7): error CT1530: the metric \"wer\" is already there at line 4")]
    [InlineData("{ run: 'eval {model}', atMost: 1 }", "error CT1015: metric needs the key \"name\"")]
    [InlineData("{ name: wer, run: [], atMost: 1 }", "error CT1017: \"run\" is empty, expected a list of a program and its arguments")]
    [InlineData("{ name: wer, run: 'eval {model}', increase: -1 }", "error CT1011: \"increase\" is -1, expected a number, at least 0")]
    [InlineData("{ name: wer, run: 'eval {model}', atMost: .nan }",
        "error CT1010: \"atMost\" is \".nan\", expected a number; the number must be finite")]
    [InlineData("{ name: wer, run: 'eval {model}', atmost: 1 }", "error CT1013: unknown key \"atmost\" in metric; did you mean \"atMost\"?")]
    public void MistakesStandAtTheirPlace(string metric, string expected) => Errors(metric).ShouldContain(error => error.Contains(expected));

    [Fact]
    public void AThresholdThatIsRefusedIsOneMistakeOnly() =>
        Errors("{ name: wer, run: 'eval {model}', increase: -1 }").ShouldHaveSingleItem();

    [Fact]
    public void MetricsAreAGoalOfASearchWithSamplesAlone()
    {
        const string Search = "models: [ a ]\nrules: [ { weights: a, stack: [ quantize: { for: outputs } ] } ]\n";
        const string Metrics = "metrics: [ { name: wer, run: 'eval {model}', atMost: 1 } ]";
        SpecParsing.Parse($"{Search}gate: {{ outputs: {{ samples: v.npz }}, {Metrics} }}").Gate!.Outputs!.HasThresholds.ShouldBeFalse();
        SpecParsing.Errors($"{Search}gate: {{ {Metrics} }}").ShouldHaveSingleItem().ShouldContain("error CT1027");
    }

    private static MetricSpec Metric(string yaml) => SpecParsing.Parse(Spec(yaml)).Gate!.Metrics.ShouldHaveSingleItem();

    private static string[] Errors(string yaml) => SpecParsing.Errors(Spec(yaml));

    private static string Spec(string metric) => $"models: [ m.onnx ]\ngate:\n  metrics:\n    - {metric}\n";
}
