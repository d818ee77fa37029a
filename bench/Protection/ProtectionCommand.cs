using System.Globalization;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Runtime;
using CompressTasks.Spec;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Protection;

/// <summary><c>dotnet run -c Release --project bench -- protection [singles] [MODEL ...]</c>:
/// what ways to choose the R² of weights cost, and what they do for the outputs.</summary>
internal static class ProtectionCommand
{
    /// <summary>Which way an error falls is luck, and nonlinear models make much of it: medians of runs with slightly different errors.</summary>
    private static readonly double[] _scales = [0.9, 0.95, 1, 1.05, 1.1];

    private static readonly Lazy<float[]> _recordings = new(Recordings.Read);

    public static int Run(IReadOnlyList<string> options)
    {
        var singles = options.Contains("singles");
        var titles = options.Where(option => option != "singles").ToList();
        var folder = Directory.CreateTempSubdirectory("protection-").FullName;
        foreach (var model in ProtectedModel.All.Where(m => titles.Count == 0 || titles.Any(t => m.Title.Contains(t, StringComparison.Ordinal))))
        {
            using var opened = OnnxModel.Open(model.FindFile());
            Console.WriteLine($"# {model.Title}\n| | bytes | output R² (lowest, highest) | speech or not as before |\n| --- | --: | --: | --: |");
            foreach (var candidate in singles ? Candidate.Single(opened.Weights) : Candidate.All)
            {
                var runs = _scales.Select(scale => Measure(model, candidate.Rules(opened, scale), folder)).OfType<ProtectedRun>().ToList();
                if (runs.Count > 0)
                    Console.WriteLine($"| {candidate.Title} {Cells(runs)}");
            }
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static string Cells(List<ProtectedRun> runs)
    {
        var bytes = runs.Select(run => run.Bytes).Order().ElementAt(runs.Count / 2);
        var outputs = runs.Select(run => run.OutputR2).Order().ToList();
        var agreement = runs.Select(run => run.Agreement).Order().ElementAt(runs.Count / 2) is { } share
            ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:F2} %") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"| {bytes} | {outputs[outputs.Count / 2]:F4} ({outputs[0]:F4}, {outputs[^1]:F4}) | {agreement} |");
    }

    /// <returns>Null where a rule has no weight: the candidate is another one for this model.</returns>
    private static ProtectedRun? Measure(ProtectedModel model, string rules, string folder)
    {
        var gate = model.Samples is { } samples ? $"gate: {{ onFailure: warning, outputs: {{ samples: {samples} }} }}\n" : "";
        var spec = CompressionSpec.Parse($"models: [ {OutputModel.Quoted(model.FindFile())} ]\nrules:\n{rules}{gate}report: []\n",
            Path.Combine(folder, "protection.yml"));
        try
        {
            var outcome = Compressor.Run(spec, new CompressionOptions { Output = folder }, null, CancellationToken.None).Single();
            var bytes = new FileInfo(outcome.ArtifactPath).Length;
            return outcome.Report.Outputs is { } outputs
                ? new(bytes, outputs.Pooled.R2 ?? 1, Agreement: null) : OnSpeech(bytes, model.FindFile(), outcome.ArtifactPath);
        }
        catch (CompressException exception) when (exception.Diagnostics.All(diagnostic => diagnostic.Code == "CT1025"))
        {
            return null;
        }
    }

    /// <summary>R² of the probabilities of speech, and the share of windows on the same side of one half.</summary>
    private static ProtectedRun OnSpeech(long bytes, string path, string artifactPath)
    {
        using var original = new InferenceSession(path);
        using var artifact = CompressedModel.Open(artifactPath);
        using var restored = artifact.CreateSession();
        var (expected, found) = (VoiceActivity.Run(original, _recordings.Value), VoiceActivity.Run(restored, _recordings.Value));
        return ProtectedRun.Of(bytes, expected, found);
    }
}
