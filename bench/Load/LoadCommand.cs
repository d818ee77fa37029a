using System.Globalization;
using CompressTasks.Benchmarks.Page;
using CompressTasks.Compression;
using CompressTasks.Corpus;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Load;

/// <summary>
/// <c>dotnet run -c Release --project bench -- load [MODEL] [--processes N] [--page] [--abuse]</c>: what it takes to make a session, of the
/// <c>.onnx</c>, of the <c>.onnxz</c>, and of the same with a cache, the first time and later. Each figure is of a process of its own; processes of
/// all kinds take turns, and figures beside each other make the ratios. With <c>--abuse</c> nothing is timed: it is counted what a cache stands
/// (<see cref="CacheAbuse"/>), and anything wrong ends with exit code 1.
/// </summary>
internal static class LoadCommand
{
    private const double R2 = 0.99;
    private const string Usage = "usage: load [sample] [rec] [minilm] [resnet18] [isnet] [FILE.onnx] [--processes N] [--page] [--abuse]";

    private static readonly (string Key, string Title, Func<string> Find)[] _models =
    [
        ("sample", "sample GPT", () => TinyGpt.Model),
        ("rec", "PP-OCRv4 rec", () => NpmModels.All.Single(path => Path.GetFileName(path) == "ch_PP-OCRv4_rec_infer.onnx")),
        ("minilm", "all-MiniLM-L6-v2", () => LargeModels.MiniLM),
        ("resnet18", "ResNet18", () => LargeModels.ResNet18),
        ("isnet", "ISNet, float16", () => LargeModels.IsNetHalf),
    ];

    public static int Run(IReadOnlyList<string> args)
    {
        var (models, processes, page, abuse) = (new List<(string Title, string Path)>(), 11, false, false);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--page")
                page = true;
            else if (args[i] == "--abuse")
                abuse = true;
            else if (args[i] == "--processes" && i + 1 < args.Count && int.TryParse(args[++i], CultureInfo.InvariantCulture, out var count) && count > 0)
                processes = count;
            else if (_models.FirstOrDefault(known => known.Key == args[i]) is { Key: not null } known)
                models.Add((known.Title, known.Find()));
            else if (File.Exists(args[i]))
                models.Add((Path.GetFileName(args[i]), args[i]));
            else
            {
                Console.Error.WriteLine($"'{args[i]}' is not understood; {Usage}");
                return 1;
            }
        }

        if (models.Count == 0)
            models.AddRange(_models.Select(model => (model.Title, model.Find())));
        var folder = Directory.CreateTempSubdirectory("compresstasks-load-").FullName;
        try
        {
            if (abuse)
                return models.Max(model => Abuse(model.Title, model.Path, folder));
            var figures = models.ConvertAll(model => Measure(model.Title, model.Path, folder, processes));
            Console.WriteLine(LoadPage.Table(figures));
            if (page)
                LoadPage.Write(figures, processes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static LoadFigures Measure(string title, string model, string folder, int processes)
    {
        Console.Error.WriteLine(title);
        var artifact = Compress(title, model, folder);
        var cache = Path.Combine(folder, "cache");
        var runs = new List<LoadRound>();

        // The first round has files in the system's cache for all others.
        for (var round = 0; round <= processes; round++)
        {
            if (Directory.Exists(cache))
                Directory.Delete(cache, recursive: true);
            var found = new LoadRound(LoadProbe.Start(model), LoadProbe.Start(artifact), LoadProbe.Start(artifact, cache),
                LoadProbe.Start(artifact, cache), LoadProbe.Start(artifact, cache, isOptimized: true),
                LoadProbe.Start(artifact, cache, isOptimized: true));
            if (round > 0)
                runs.Add(found);
        }

        return new(title, new FileInfo(model).Length, new FileInfo(artifact).Length, runs);
    }

    private static int Abuse(string title, string model, string folder)
    {
        Console.Error.WriteLine(title);
        var (table, findings) = new CacheAbuse(Compress(title, model, folder), Path.Combine(folder, "cache")).Run();
        Console.WriteLine($"{title}\n\n{table}\n");
        return findings == 0 ? 0 : 1;
    }

    private static string Compress(string title, string model, string folder)
    {
        var options = new CompressionOptions { Output = Path.Combine(folder, title), Probe = false };
        var spec = CompressionSpec.ForModel(Path.GetFullPath(model), R2);
        return Compressor.Run(spec, options, null, CancellationToken.None).Single().ArtifactPath;
    }
}

/// <summary>Processes that take turns.</summary>
/// <param name="Model">The <c>.onnx</c>.</param>
/// <param name="Artifact">The <c>.onnxz</c>.</param>
/// <param name="Cached">The same, with an empty cache.</param>
/// <param name="Mapped">The same, when the cache has it.</param>
/// <param name="Optimized">The same, when the cache has it, but not as ONNX Runtime has optimized it.</param>
/// <param name="OptimizedMapped">The same, when the cache has that too.</param>
internal sealed record LoadRound(LoadProbe Model, LoadProbe Artifact, LoadProbe Cached, LoadProbe Mapped, LoadProbe Optimized,
    LoadProbe OptimizedMapped);

/// <summary>What was measured of one model.</summary>
/// <param name="Title">Its name on the page.</param>
/// <param name="ModelBytes">Of the <c>.onnx</c>.</param>
/// <param name="ArtifactBytes">Of the <c>.onnxz</c>.</param>
/// <param name="Rounds">At least one.</param>
internal sealed record LoadFigures(string Title, long ModelBytes, long ArtifactBytes, IReadOnlyList<LoadRound> Rounds)
{
    public double Median(Func<LoadRound, double> of)
    {
        var sorted = Rounds.Select(of).Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
