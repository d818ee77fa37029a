using CompressTasks.Compression;
using CompressTasks.Core.Tests.Metrics;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression.Reuse;

/// <summary>
/// Runs with records, against the same runs without any: what is reported must not differ, and what was made before must not be made again.
/// </summary>
public sealed class ReuseTests : IDisposable
{
    private const string Rules = "rules: [ { weights: '**', stack: [ quantize: { r2: 0.99 } ] } ]";
    private const string SearchRules = "rules: [ { weights: '**', stack: [ quantize: { for: outputs } ] } ]";
    private const string Reports = "report: [ json, html ]\n";
    private const string Model = $"{Reports}models: [ model.onnx ]\n";
    private const string Plain = $"{Model}{Rules}\ngate: {{ r2: 0.9 }}\n";
    private const string OutputGate = "samples: samples";
    private const string Coded = $"{Model}{Rules}\n";
    private const string Searched = $"{Model}{SearchRules}\n";

    private readonly TemporaryFolder _folder = new();

    public ReuseTests()
    {
        WriteModel("model.onnx", seed: 5);
        WriteSamples(seed: 1);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a comment", Plain, $"# Why\n\n{Plain}")]
    [InlineData("the reports", Plain, $"report: [ json, markdown, sarif, html ]\nmodels: [ model.onnx ]\n{Rules}\ngate: {{ r2: 0.9 }}\n")]
    [InlineData("a threshold", Plain, $"{Coded}gate: {{ r2: 0.95, weightR2: 0.9 }}\n")]
    [InlineData("a gate that fails", Plain, $"{Coded}gate:\n  r2: 0.9999\n")]
    [InlineData("no gate", Plain, Coded)]
    [InlineData("a named stack", Plain,
        $"{Model}stacks: {{ quantize: [ quantize: {{ r2: 0.99 }} ] }}\nrules: [ {{ weights: [ a, '*' ], stack: quantize }} ]\n")]
    [InlineData("a threshold of outputs", $"{Coded}gate: {{ outputs: {{ {OutputGate}, r2: 0.9 }} }}\n",
        $"{Coded}gate:\n  outputs: {{ {OutputGate}, r2: 0.95 }}\n")]
    [InlineData("a comment of a search", $"{Searched}gate: {{ outputs: {{ {OutputGate}, r2: 0.99 }} }}\n",
        $"{Searched}# Why\ngate: {{ ratio: 2, outputs: {{ {OutputGate}, r2: 0.99 }} }}\n")]
    public void NothingIsCodedOrMeasuredAgainAfter(string change, string before, string after)
    {
        Run(before).Single().IsKept.ShouldBeFalse();

        var second = Run(after, out var phases).Single();

        phases.ShouldBeEmpty(change);
        second.IsKept.ShouldBeTrue(change);
        ShouldReportAsAFirstRun(after, second);
    }

    [Fact]
    public void AFailedRunIsOverAsSoonAsTheGateAllows()
    {
        var failing = Plain.Replace("0.9 ", "0.9999 ", StringComparison.Ordinal);
        Run(failing).Single().Accepted.ShouldBeFalse();
        Run(failing, out var phases).Single().Accepted.ShouldBeFalse();
        phases.ShouldBeEmpty();

        Run(Plain, out phases).Single().Accepted.ShouldBeTrue();
        phases.ShouldBeEmpty();
    }

    [Fact]
    public void OfTwoModelsOnlyTheOneThatChangedIsCodedAgain()
    {
        WriteModel("other.onnx", seed: 6);
        var both = Plain.Replace("[ model.onnx ]", "[ model.onnx, other.onnx ]", StringComparison.Ordinal);
        Run(both).Select(outcome => outcome.IsKept).ShouldBe([false, false]);

        Run(Plain, out var phases).Single().IsKept.ShouldBeTrue();
        phases.ShouldBeEmpty();
        WriteModel("other.onnx", seed: 7);
        Run(both, out _).Select(outcome => outcome.IsKept).ShouldBe([true, false]);
    }

    [Theory]
    [InlineData("another target", Plain, $"{Model}rules: [ {{ weights: '**', stack: [ quantize: {{ r2: 0.98 }} ] }} ]\n")]
    [InlineData("a weight less", Plain, $"{Model}rules: [ {{ weights: a, stack: [ quantize: {{ r2: 0.99 }} ] }} ]\n")]
    [InlineData("a threshold that a search aims at",
        $"{Searched}gate: {{ outputs: {{ {OutputGate}, r2: 0.99 }} }}\n",
        $"{Searched}gate: {{ outputs: {{ {OutputGate}, r2: 0.9 }} }}\n")]
    public void WhatDeterminesTheArtifactIsNotOverlooked(string change, string before, string after)
    {
        var first = File.ReadAllBytes(Run(before).Single().ArtifactPath);

        var second = Run(after, out var phases).Single();

        phases.ShouldContain(CompressionPhase.Encoding, change);
        File.ReadAllBytes(second.ArtifactPath).ShouldNotBe(first, change);
        ShouldReportAsAFirstRun(after, second);
    }

    [Fact]
    public void OtherSamplesAreMeasuredWithoutCoding()
    {
        const string Spec = $"{Coded}gate: {{ outputs: {{ {OutputGate}, r2: 0.5 }} }}\n";
        Run(Spec);
        WriteSamples(seed: 2);

        var second = Run(Spec, out var phases).Single();

        phases.ShouldBe([CompressionPhase.Comparing]);
        ShouldReportAsAFirstRun(Spec, second);
        Run(Spec, out phases);
        phases.ShouldBeEmpty("the new measurements are recorded");
    }

    [Fact]
    public void TheSpeedThatWasMeasuredIsTheSpeed()
    {
        const string Spec = $"{Coded}gate: {{ speed: 0.001, outputs: {{ {OutputGate}, r2: 0.5 }} }}\n";
        var first = Run(Spec).Single();

        var second = Run(Spec.Replace("0.001", "1000", StringComparison.Ordinal), out var phases).Single();

        phases.ShouldBeEmpty();
        second.Accepted.ShouldBeFalse();
        second.Report.Speed!.Ratio.ShouldBe(first.Report.Speed!.Ratio);
        Run(Spec.Replace("0.001", "{ atLeast: 0.001, threads: 2 }", StringComparison.Ordinal), out phases).Single().IsKept.ShouldBeTrue();
        phases.ShouldBe([CompressionPhase.Timing]);
    }

    [Fact]
    public void OtherSamplesAreAnotherGoalOfASearch()
    {
        const string Spec = $"{Searched}gate: {{ outputs: {{ {OutputGate}, r2: 0.99 }} }}\n";
        Run(Spec);
        WriteSamples(seed: 2);

        ShouldReportAsAFirstRun(Spec, Run(Spec, out var phases).Single());

        phases.ShouldContain(CompressionPhase.Encoding);
    }

    [Fact]
    public void WeightsToBlameAreFoundWhenAThresholdNoLongerHolds()
    {
        const string Spec = $"{Coded}gate: {{ outputs: {{ {OutputGate}, r2: 0.5 }} }}\n";
        Run(Spec).Single().Report.Outputs!.Blame.ShouldBeEmpty();
        var failing = Spec.Replace("0.5", "0.9999", StringComparison.Ordinal);

        var failed = Run(failing, out var phases).Single();

        phases.ShouldBe([CompressionPhase.Comparing]);
        failed.Report.Outputs!.Blame.ShouldNotBeEmpty();
        ShouldReportAsAFirstRun(failing, failed);
        Run(failing, out phases).Single().Report.Outputs!.Blame.ShouldNotBeEmpty();
        phases.ShouldBeEmpty();
        ShouldReportAsAFirstRun(Spec, Run(Spec, out _).Single());
    }

    [Fact]
    public void AnArtifactThatIsNotTheRecordsIsMadeAgain()
    {
        var first = Run(Plain).Single();
        var bytes = File.ReadAllBytes(first.ArtifactPath);
        bytes[^1] ^= 1;
        File.WriteAllBytes(first.ArtifactPath, bytes);

        Run(Plain).Single().IsKept.ShouldBeFalse();
        bytes[^1] ^= 1;
        File.ReadAllBytes(first.ArtifactPath).ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CompressTasks record 1")]
    [InlineData("something else entirely\n{}")]
    public void ADamagedRecordIsIgnored(string text)
    {
        var record = Run(Plain).Single().RecordPath!;
        File.WriteAllText(record, text);

        Run(Plain).Single().IsKept.ShouldBeFalse();
    }

    [Fact]
    public void ARecordWithAnotherFigureIsIgnored()
    {
        var record = Run(Plain).Single().RecordPath!;
        var text = File.ReadAllText(record);
        File.WriteAllText(record, text.Replace("\"R2\":0.99", "\"R2\":0.98", StringComparison.Ordinal));
        File.ReadAllText(record).ShouldNotBe(text);

        Run(Plain).Single().IsKept.ShouldBeFalse();
    }

    [Fact]
    public void TheRecordOfAnotherModelIsIgnored()
    {
        WriteModel("other.onnx", seed: 6);
        var outcomes = Run(Plain.Replace("[ model.onnx ]", "[ model.onnx, other.onnx ]", StringComparison.Ordinal));
        File.Copy(outcomes[1].RecordPath!, outcomes[0].RecordPath!, overwrite: true);

        Run(Plain).Single().IsKept.ShouldBeFalse();
    }

    [Fact]
    public void AnotherFolderGetsACopy()
    {
        var first = Run(Plain, output: "obj/Debug/compress").Single();

        var second = Run(Plain, out var phases, output: "obj/Release/compress").Single();

        phases.ShouldBeEmpty();
        File.ReadAllBytes(second.ArtifactPath).ShouldBe(File.ReadAllBytes(first.ArtifactPath));
        File.Delete(first.RecordPath!);
        Run(Plain, output: "obj/Release/compress").Single().IsKept.ShouldBeTrue("the copy has a record of its own");
    }

    [Fact]
    public void WithoutRecordsNothingIsLeftBesideArtifactAndReports()
    {
        Run(Plain, keepsRecords: false).Single().RecordPath.ShouldBeNull();

        _folder.Entries.ShouldNotContain(entry => entry.EndsWith(".record", StringComparison.Ordinal));
    }

    [Fact]
    public void AModelThatIsWrittenDuringARunHasNoRecord()
    {
        File.SetLastWriteTimeUtc(_folder["model.onnx"], DateTime.UtcNow.AddMinutes(1));

        Run(Plain).Single().RecordPath.ShouldBeNull();
    }

    [ShellTheory]
    [InlineData("", 2)]
    [InlineData(", inputs: labels.csv", 1)]
    public void ProgramsRunAgainUnlessTheirInputsAreDeclaredAndUnchanged(string inputs, int runs)
    {
        WriteEarlier("labels.csv", "1"u8.ToArray());
        var spec = $"{Coded}gate: {{ metrics: [ {{ name: wer, shell: true, run: 'echo run >> runs; echo 5; : {{model}}', "
            + $"atMost: 6{inputs} }} ] }}\n";
        Run(spec);
        var failing = spec.Replace("atMost: 6", "atMost: 4", StringComparison.Ordinal);

        var second = Run(failing, out var phases).Single();

        phases.ShouldNotContain(CompressionPhase.Encoding);
        second.Accepted.ShouldBeFalse();
        File.ReadAllLines(_folder["runs"]).Length.ShouldBe(runs);
        WriteEarlier("labels.csv", "2"u8.ToArray());
        Run(failing, out phases).Single().IsKept.ShouldBeTrue();
        File.ReadAllLines(_folder["runs"]).Length.ShouldBe(runs + 1);
        ShouldReportAsAFirstRun(failing, second);
    }

    [ShellTheory]
    [InlineData("", false)]
    [InlineData(", inputs: labels.csv", true)]
    public void ASearchThatProgramsGuideIsRepeatedUnlessTheirInputsAreDeclared(string inputs, bool isKept)
    {
        WriteEarlier("labels.csv", "1"u8.ToArray());
        var spec = $"{Searched}gate:\n  outputs: {{ {OutputGate}, r2: 0.99 }}\n"
            + $"  metrics: [ {{ name: wer, shell: true, run: 'echo 5; : {{model}}', atMost: 6{inputs} }} ]\n";
        Run(spec);

        Run($"# Why\n{spec}").Single().IsKept.ShouldBe(isKept);
        Run(spec.Replace("atMost: 6", "atMost: 5", StringComparison.Ordinal)).Single().IsKept.ShouldBeFalse();
    }

    [Fact]
    public void ACopyTakesItsPlaceWithItsReports()
    {
        Run(Plain, output: "obj/Release/compress").Single().IsKept.ShouldBeFalse();
        var other = Run(Plain.Replace("0.99 ", "0.98 ", StringComparison.Ordinal)).Single().ArtifactPath;
        var old = File.ReadAllBytes(other);

        // The artifact of the other configuration would do, but the run ends with an error.
        Should.Throw<CompressException>(() => Run($"{Coded}gate: {{ outputs: {{ samples: gone, r2: 0.9 }} }}\n"));

        File.ReadAllBytes(other).ShouldBe(old);
        Directory.GetFiles(_folder["obj"], "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void ARunThatKeepsTheArtifactRemovesWhatAKilledOneHasLeft()
    {
        Run(Plain);
        WriteEarlier("obj/Debug/compress/model.onnxz.abcdefgh.ijk.tmp", [1]);

        Run(Plain).Single().IsKept.ShouldBeTrue();

        Directory.GetFiles(_folder["obj/Debug/compress"], "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public void AFolderInThePlaceOfARecordIsSaidBeforeAnythingIsMade()
    {
        var record = Directory.CreateDirectory(_folder["obj/Debug/compress/model.onnxz.record"]).FullName;
        var error = Should.Throw<CompressException>(() => Run(Plain)).Diagnostics.Single();
        (error.Code, error.Location!.File).ShouldBe(("CT3091", record));
        Directory.GetFiles(_folder["obj/Debug/compress"]).ShouldBeEmpty();
    }

    [Fact]
    public void ARecordThatCannotBeWrittenIsNoErrorOfTheArtifact()
    {
        var record = _folder["obj/Debug/compress/model.onnxz.record"];
        var outcome = Run(Plain, out _, onPhase: () => Directory.CreateDirectory(record)).Single();
        outcome.RecordPath.ShouldBeNull();
        File.Exists(outcome.ArtifactPath).ShouldBeTrue();
    }

    private void ShouldReportAsAFirstRun(string spec, CompressionOutcome outcome)
    {
        var fresh = Run(spec, output: "fresh", keepsRecords: false).Single(run => run.Report.Model.Path == outcome.Report.Model.Path);
        outcome.Diagnostics.ShouldBe(fresh.Diagnostics);
        outcome.ReportPaths.Select(Path.GetFileName).ShouldBe(fresh.ReportPaths.Select(Path.GetFileName));
        foreach (var (path, expected) in outcome.ReportPaths.Zip(fresh.ReportPaths))
            File.ReadAllText(path).ShouldBe(File.ReadAllText(expected));
        File.ReadAllBytes(outcome.ArtifactPath).ShouldBe(File.ReadAllBytes(fresh.ArtifactPath));
        outcome.InputPaths.ShouldBe(fresh.InputPaths);
        outcome.ModelPaths.ShouldBe(fresh.ModelPaths);
    }

    private IReadOnlyList<CompressionOutcome> Run(string yaml, string output = "obj/Debug/compress", bool keepsRecords = true) =>
        Run(yaml, out _, output, keepsRecords);

    /// <param name="yaml">The spec.</param>
    /// <param name="phases">Those in which anything was done.</param>
    /// <param name="output">Where artifacts go.</param>
    /// <param name="keepsRecords">Whether there are records.</param>
    /// <param name="onPhase">Called whenever anything is done.</param>
    private IReadOnlyList<CompressionOutcome> Run(string yaml, out IReadOnlyCollection<CompressionPhase> phases, string output = "obj/Debug/compress",
        bool keepsRecords = true, Action? onPhase = null)
    {
        var path = _folder.Write("compress.yml", System.Text.Encoding.UTF8.GetBytes(yaml));
        var progress = new SeenPhases(onPhase);
        var options = new CompressionOptions { Output = _folder[output], Threads = 2, KeepsRecords = keepsRecords, RecordFolders = [_folder["obj"]] };
        var outcomes = Compressor.Run(CompressionSpec.Load(path), options, progress, CancellationToken.None);
        phases = progress.Phases;
        return outcomes;
    }

    private void WriteModel(string name, int seed)
    {
        var random = new Random(seed);
        WriteEarlier(name, Graphs.Model([("x", [1, 64])], [("y", ElementType.Float)],
            [Graphs.Matrix("a", 64, 64, _ => random.NextSingle() - 0.5f), Graphs.Matrix("b", 64, 64, _ => random.NextSingle() - 0.5f)],
            "MatMul x,a -> p", "MatMul p,b -> y").ToByteArray());
    }

    private void WriteSamples(int seed)
    {
        var random = new Random(seed);
        WriteEarlier("samples/input_0.pb", Graphs.Matrix("x", 1, 64, _ => random.NextSingle() - 0.5f).ToByteArray());
    }

    /// <summary>As before the run, not during it.</summary>
    private void WriteEarlier(string name, byte[] bytes) => File.SetLastWriteTimeUtc(_folder.Write(name, bytes), DateTime.UtcNow.AddMinutes(-1));
}
