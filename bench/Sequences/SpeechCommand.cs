using System.Globalization;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Benchmarks.Protection;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Corpus;
using CompressTasks.IO;
using CompressTasks.Reporting;
using CompressTasks.Runtime;
using CompressTasks.Spec;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Sequences;

/// <summary>
/// <c>dotnet run -c Release --project bench -- speech</c>: Silero VAD 5 and 6, compressed with <c>for: outputs</c> to R² 0.99, judged window by window
/// from the state at rest, and by sequences on its own state; then on recordings that the search never saw. Last with recordings at both of its
/// sampling rates, without and with calibration.
/// </summary>
internal static class SpeechCommand
{
    private const string State = "feedback: { state: stateN }, initial: { state: [ 2, 1, 128 ] }";

    public static int Run()
    {
        using var folder = new TemporaryFolder("speech");
        var pieces = Recordings.Pieces();
        var given = VoiceActivity.Windows(Recordings.Joined(pieces.Where((_, i) => i % 2 == 0)));
        var unseen = Recordings.Joined(pieces.Where((_, i) => i % 2 == 1));
        var windows = given.Length / 576;
        var rate = Npz.Array("<i8", "", (long)Recordings.Rate);
        File.WriteAllBytes(Path.Combine(folder.FullName, "sequence.npz"),
            Npz.File(("input", Npz.Array("<f4", FormattableString.Invariant($"{windows}, 1, 576"), given)), ("sr", rate)));
        File.WriteAllBytes(Path.Combine(folder.FullName, "windows.npz"),
            Npz.File(
                ("input", Npz.Array("<f4", FormattableString.Invariant($"{windows}, 1, 576"), given)),
                ("state", Npz.Array("<f4", FormattableString.Invariant($"{windows}, 2, 1, 128"), new float[windows * 256])),
                ("sr", rate)));
        Write(folder, "calibration", pieces.Where((_, i) => i % 4 == 0));
        Write(folder, "judged", pieces.Where((_, i) => i % 4 == 2));
        Console.WriteLine(
            "| for: outputs, R² 0.99 | artifact | calibrated | R² that the gate saw | R² on other recordings | speech or not as before |");
        Console.WriteLine("| --- | --: | --: | --: | --: | --: |");
        foreach (var (title, path) in (ReadOnlySpan<(string, string)>)[("Silero v5", NpmModels.SileroV5), ("Silero v6", NpmModels.SileroV6)])
        {
            Measure(folder, $"{title}, by windows", path, "{ path: windows.npz, feedback: {} }", "", unseen);
            Measure(folder, $"{title}, by sequences", path, $"{{ path: sequence.npz, {State} }}", "", unseen);
            var both = $"{{ path: 'judged-*.npz', {State} }}";
            Measure(folder, $"{title}, 8 and 16 kHz", path, both, "", unseen);
            Measure(folder, $"{title}, 8 and 16 kHz, calibrated", path, both, ", calibration: 'calibration-*.npz'", unseen);
        }

        return 0;
    }

    /// <summary>The same recordings at both sampling rates that the model has a branch for, each a sequence.</summary>
    private static void Write(TemporaryFolder folder, string name, IEnumerable<float[]> pieces)
    {
        var recordings = Recordings.Joined(pieces);
        foreach (var (rate, length, context) in (ReadOnlySpan<(int, int, int)>)[(Recordings.Rate, 512, 64), (Recordings.Rate / 2, 256, 32)])
        {
            var resampled = rate == Recordings.Rate ? recordings : Recordings.Resampled(recordings, Recordings.Rate, rate);
            var windows = VoiceActivity.Windows(resampled, length, context);
            File.WriteAllBytes(Path.Combine(folder.FullName, FormattableString.Invariant($"{name}-{rate}.npz")),
                Npz.File(
                    ("input", Npz.Array("<f4", FormattableString.Invariant($"{windows.Length / (length + context)}, 1, {length + context}"), windows)),
                    ("sr", Npz.Array("<i8", "", (long)rate))));
        }
    }

    private static void Measure(TemporaryFolder folder, string title, string path, string samples, string calibration, float[] unseen)
    {
        var spec = CompressionSpec.Parse($$"""
            models: [ {{OutputModel.Quoted(path)}} ]
            rules: [ { weights: "**", stack: [ quantize: { for: outputs{{calibration}} } ] } ]
            gate: { onFailure: warning, outputs: { samples: {{samples}}, only: output, r2: 0.99 } }
            report: []
            """, Path.Combine(folder.FullName, "speech.yml"));
        var outcome = Compressor.Run(spec, new CompressionOptions { Output = folder.FullName }, null, CancellationToken.None).Single();
        using var original = new InferenceSession(path);
        using var artifact = CompressedModel.Open(outcome.ArtifactPath);
        using var restored = artifact.CreateSession();
        var run = ProtectedRun.Of(new FileInfo(outcome.ArtifactPath).Length, VoiceActivity.Run(original, unseen), VoiceActivity.Run(restored, unseen));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {title} | {FigureText.Bytes(run.Bytes)} | {CalibratedShare.Of(outcome.Report)} "
                + $"| {outcome.Report.Outputs!.Pooled.R2:0.0000} | {run.OutputR2:0.0000} | {100 * run.Agreement:0.00} % |"));
        foreach (var note in outcome.Report.Notes)
            Console.WriteLine($"  {note}");
    }
}
