using System.Globalization;
using CompressTasks.Compression;
using CompressTasks.Corpus;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks;

/// <summary>
/// <c>dotnet run -c Release --project bench -- load [MODEL.onnx ...]</c>: how long it takes to open a model and to make a session of it, and how much
/// memory that process needs at most, as <c>.onnx</c> and as <c>.onnxz</c> at weight R² 0.999. Every figure comes from processes of their own:
/// "first" is the one load of a fresh process, with everything that has to be compiled and loaded for it; "again" is the median of later loads.
/// "peak" is the largest working set of that fresh process, "kept" the one with the session open. The files are in the system's cache. Processes take
/// turns between the two files, and the fastest counts: what disturbs one only ever makes it slower.
/// </summary>
internal static class LoadTime
{
    private const double R2 = 0.999;
    private const int Processes = 9;
    private const int LongProcesses = 3;
    private const int Runs = 30;

    public static void Run(IReadOnlyList<string> models)
    {
        var folder = Directory.CreateTempSubdirectory("compresstasks-load-");
        try
        {
            Console.WriteLine(
                $"{"model",-28}{"MB",8}{"→ MB",8} │{"first ms",9}{"→",7}{"ratio",7} │{"again ms",9}{"→",7}{"ratio",7} "
                    + $"│{"peak MB",9}{"→",7}{"ratio",7} │{"kept MB",9}{"→",7}{"ratio",7}");
            foreach (var model in models.Count > 0 ? models : [.. NpmModels.All, TinyGpt.Model])
                Console.WriteLine(Row(model, Compress(model, folder.FullName)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Compress(string model, string folder)
    {
        var options = new CompressionOptions { Output = folder };
        return Compressor.Run(CompressionSpec.ForModel(Path.GetFullPath(model), R2), options, null, CancellationToken.None).Single().ArtifactPath;
    }

    private static string Row(string model, string artifact)
    {
        var (before, after) = Measure(model, artifact);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileNameWithoutExtension(model),-28}{Megabytes(model),8:F2}{Megabytes(artifact),8:F2} │{Pair(before.First, after.First)} "
                + $"│{Pair(before.Again, after.Again)} │{Pair(before.Peak, after.Peak)} │{Pair(before.Kept, after.Kept)}");
    }

    private static string Pair(double before, double after) =>
        string.Create(CultureInfo.InvariantCulture, $"{before,9:F1}{after,7:F1}{after / before,7:F2}");

    private static double Megabytes(string path) => new FileInfo(path).Length / 1e6;

    private static (Figures Before, Figures After) Measure(string model, string artifact)
    {
        var fresh = InTurns(Processes, 1, model, artifact);
        var again = InTurns(LongProcesses, Runs, model, artifact);
        return (FiguresOf(fresh, again, 0), FiguresOf(fresh, again, 1));
    }

    private static List<LoadTimeProbe[]> InTurns(int processes, int runs, params string[] files) =>
        [.. Enumerable.Range(0, processes).Select(_ => Array.ConvertAll(files, file => LoadTimeProbe.Start(file, runs)))];

    private static Figures FiguresOf(List<LoadTimeProbe[]> fresh, List<LoadTimeProbe[]> again, int file) =>
        new(fresh.Min(f => f[file].First), again.Min(f => f[file].Again), Median(fresh.Select(f => f[file].PeakMegabytes)),
            Median(fresh.Select(f => f[file].KeptMegabytes)));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private sealed record Figures(double First, double Again, double Peak, double Kept);
}
