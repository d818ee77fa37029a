using System.Diagnostics;
using System.Globalization;
using CompressTasks.Compression.Tables;
using CompressTasks.Corpus;
using CompressTasks.Onnx;

namespace CompressTasks.Benchmarks.Decisions;

/// <summary>How far the weights of real models are from tables that were computed.</summary>
internal static class Tables
{
    private const int LeastElements = 1024;
    private const int Shown = 3;

    /// <summary>For each model all tables, and the trained weights that are nearest to one.</summary>
    public static void Measure()
    {
        foreach (var path in Models())
        {
            using var model = OnnxModel.Open(path);
            var time = Stopwatch.StartNew();
            var weights = model.Weights
                .Where(weight => weight is { IsFloatingPoint: true, IsSparse: false, CanExcise: true, Elements: >= LeastElements })
                .Select(weight => (Weight: weight, Evidence: ComputedTable.Measure(weight.ElementType, weight.Shape, model.ReadBytes(weight))))
                .OrderBy(pair => pair.Evidence.Departure)
                .ToList();
            var milliseconds = time.Elapsed.TotalMilliseconds;
            var tables = weights.Count(pair => pair.Evidence.IsTable);
            Print($"{Path.GetFileName(path)}: {weights.Count} weights of {LeastElements} values or more, {tables} of them tables, in {milliseconds:F1} ms");
            foreach (var (weight, evidence) in weights.Take(tables + Shown))
                Print($"  {(evidence.IsTable ? "table" : "trained")} {weight} {evidence.Kind} {evidence.Departure:G2}");
        }
    }

    private static IEnumerable<string> Models() =>
    [
        TinyGpt.Model, .. NpmModels.All, NpmModels.SileroV4, NpmModels.SileroV5, NpmModels.SileroV6, NpmModels.MelSpectrogram,
        NpmModels.SpeechEmbedding, .. NpmModels.WakeWords,
    ];

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
