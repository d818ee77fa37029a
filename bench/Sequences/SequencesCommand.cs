using System.Globalization;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Core.Tests.Outputs.Sequences;
using CompressTasks.Corpus;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Sequences;

/// <summary>
/// <c>dotnet run -c Release --project bench -- sequences</c>: the sample as a decoder with a cache, compressed with <c>for: outputs</c> to R² 0.99, once
/// judged by single steps on the original's cache, and once by sequences on its own; then both, and the sample without a cache, on text that the search
/// never saw. Last the same decoder with a branch for prompts and one for what follows them.
/// </summary>
internal static class SequencesCommand
{
    private const int Prompt = 32;
    private const int Length = 128;
    private const int Half = 16;
    private const string Feedback = "feedback: { 'past_key_values.*': 'present.*' }, steps: [32, 1]";

    public static int Run()
    {
        using var folder = new TemporaryFolder("sequences");
        File.WriteAllBytes(Path.Combine(folder.FullName, "decoder.onnx"), KeyValueDecoder.Plain(TinyGpt.Model));
        File.WriteAllBytes(Path.Combine(folder.FullName, "merged.onnx"), KeyValueDecoder.Merged(TinyGpt.Model));
        File.Copy(TinyGpt.Model, Path.Combine(folder.FullName, "whole.onnx"));
        var validation = CompressTasks.Corpus.NpzFile.Read(TinyGpt.Validation);
        var (tokens, targets) = (validation["tokens"].AsSpan<long>().ToArray(), validation["targets"].AsSpan<long>().ToArray());
        var middle = Half * Length;
        WriteTexts(folder, "judged.npz", tokens[..middle], targets[..middle]);
        WriteTexts(folder, "unseen.npz", tokens[middle..], targets[middle..]);
        WriteTexts(folder, "calibration.npz", CompressTasks.Corpus.NpzFile.Read(TinyGpt.Calibration)["tokens"].AsSpan<long>().ToArray(), []);
        WriteSteps(folder, tokens[..middle]);

        Console.WriteLine("| for: outputs, R² 0.99 | artifact | calibrated | R² that the gate saw | R² on unseen text | loss, nats | accuracy |");
        Console.WriteLine("| --- | --: | --: | --: | --: | --: | --: |");
        var original = Compress(folder, "decoder.onnx", "lossless", "judged.npz", $", {Feedback}", "", out _);
        Print("the original", null, Judge(folder, "decoder.onnx", original, $", {Feedback}"));
        Measure(folder, "single steps on the original's cache", "decoder.onnx", "steps.npz", "", "only: logits, ");
        Measure(folder, "sequences on its own cache", "decoder.onnx", "judged.npz", $", {Feedback}", "");
        Measure(folder, "without a cache: tiny-gpt", "whole.onnx", "judged.npz", "", "");
        Measure(folder, "merged: in the branch with a cache", "merged.onnx", "judged.npz", $", {Feedback}", "");
        return 0;
    }

    private static void Measure(TemporaryFolder folder, string name, string model, string samples, string sequence, string outputs)
    {
        var calibration = samples == "steps.npz" ? "" : ", calibration: calibration.npz";
        var artifact = Compress(folder, model, $"quantize: {{ for: outputs{calibration} }}", samples, sequence, outputs, out var report);
        var unseen = Judge(folder, model, artifact, model == "whole.onnx" ? "" : $", {Feedback}");
        Print(name, report, unseen);
    }

    private static string Compress(TemporaryFolder folder, string model, string stage, string samples, string sequence, string outputs,
        out CompressionReport report)
    {
        var labels = samples == "steps.npz" ? "" : "labels: targets, ";
        var name = Guid.NewGuid().ToString("N");
        var path = Path.Combine(folder.FullName, name + ".yml");
        File.WriteAllText(path, $$"""
            models: [ { path: {{model}}, name: {{name}} } ]
            rules: [ { weights: "*.weight", minElements: 1024, stack: [ {{stage}} ] } ]
            gate: { onFailure: warning, outputs: { samples: { path: {{samples}}{{sequence}} }, {{labels}}{{outputs}}logits: true, r2: 0.99 } }
            report: []
            output: .
            """);
        var outcome = Compressor.Run(CompressionSpec.Load(path), new CompressionOptions(), null, CancellationToken.None).Single();
        report = outcome.Report;
        return outcome.ArtifactPath;
    }

    private static OutputsSummary Judge(TemporaryFolder folder, string model, string artifact, string sequence)
    {
        var spec = CompressionSpec.Parse($$"""
            models: [ {{model}} ]
            gate: { outputs: { samples: { path: unseen.npz{{sequence}} }, labels: targets, logits: true } }
            """, Path.Combine(folder.FullName, "unseen.yml"));
        using var original = OnnxModel.Open(Path.Combine(folder.FullName, model));
        return OutputGateRunner.Prepare(spec.Gate!.Outputs!, folder.FullName, original, model).Run(artifact, [], threads: 2, CancellationToken.None);
    }

    private static void Print(string name, CompressionReport? report, OutputsSummary unseen)
    {
        var found = report is null ? "|  |  | "
            : string.Create(CultureInfo.InvariantCulture,
                $"| {FigureText.Bytes(report.Total.ArtifactBytes)} | {CalibratedShare.Of(report)} | {Logits(report.Outputs!).R2:0.0000}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} {found} | {Logits(unseen).R2:0.0000} | {unseen.Labels!.Restored.Loss:0.0000} | {unseen.Labels.Restored.Accuracy:0.0000} |"));
    }

    private static OutputSummary Logits(OutputsSummary outputs) => outputs.Outputs.Single(output => output.Name == "logits");

    private static void WriteTexts(TemporaryFolder folder, string name, long[] tokens, long[] targets)
    {
        var shape = FormattableString.Invariant($"{tokens.Length / Length}, {Length}");
        var array = Npz.Array("<i8", shape, tokens);
        var branch = Npz.Array("|b1", "1,", true);
        List<(string, byte[])> arrays = [("input_ids", array), ("tokens", array), ("use_cache_branch", branch)];
        if (targets.Length > 0)
            arrays.Add(("targets", Npz.Array("<i8", shape, targets)));
        File.WriteAllBytes(Path.Combine(folder.FullName, name), Npz.File([.. arrays]));
    }

    /// <summary>One step after a prompt, on the cache that the original has then.</summary>
    private static void WriteSteps(TemporaryFolder folder, long[] tokens)
    {
        var at = new Diagnostics.SourceLocation("steps.yml", 1, 1);
        var gate = new OutputGateSpec(new FileSamplesSpec("", at), null, null, null, true, at);
        using var model = ModelRunner.Open(Path.Combine(folder.FullName, "decoder.onnx"), "decoder.onnx", gate);
        var sequences = tokens.Length / Length;
        long[] prompts = [.. Enumerable.Range(0, sequences).SelectMany(i => tokens.Skip(i * Length).Take(Prompt))];
        long[] next = [.. Enumerable.Range(0, sequences).Select(i => tokens[(i * Length) + Prompt])];
        List<TensorValue> inputs = [new("input_ids", ElementType.Int64, [sequences, Prompt], [.. prompts.SelectMany(BitConverter.GetBytes)])];
        inputs.AddRange(model.Inputs.Skip(1).Select(past => new TensorValue(past.Name, past.Type, [sequences, past.Shape[1], 0, past.Shape[3]], [])));
        string[] names = [.. model.Outputs.Skip(1).Select(output => output.Name)];
        var caches = names.Zip(model.Run(inputs, names)).Select(cache => (
            cache.First.Replace("present", "past_key_values", StringComparison.Ordinal),
            Npz.Array(1, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", cache.Second.Shape)}), }}", cache.Second.Bytes)));
        File.WriteAllBytes(Path.Combine(folder.FullName, "steps.npz"),
            Npz.File([("input_ids", Npz.Array("<i8", FormattableString.Invariant($"{sequences}, 1"), next)), .. caches]));
    }
}
