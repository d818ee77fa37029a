using System.Diagnostics;
using System.Globalization;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks;

/// <summary>
/// <c>dotnet run -c Release --project bench -- noop-build [BUILDS]</c>: what the package adds to <c>dotnet build</c> of an empty console project when
/// nothing has to be compressed. Two projects, one with the package and the sample's model, one without, are built in turns; the medians are
/// compared. Both are built as a person does it: with the check of the restore, build nodes and compiler server kept.
/// </summary>
internal static class NoOpBuild
{
    private const int Builds = 9;
    private const int WarmUps = 2;

    public static void Run(IReadOnlyList<string> options)
    {
        var builds = options.Count > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : Builds;
        var folder = Directory.CreateTempSubdirectory("compresstasks-noop-").FullName;
        try
        {
            var feed = new PackageFeed(folder, "noop");
            feed.Pack();
            var without = feed.CreateProject("Without", usesPackage: false);
            var with = feed.CreateProject("With", usesPackage: true);
            File.Copy(TinyGpt.Model, Path.Combine(with, "tiny-gpt.onnx"));
            File.WriteAllText(Path.Combine(with, "compress.yml"),
                "models: [ tiny-gpt.onnx ]\nrules:\n  - weights: '**'\n    stack: [ quantize: { r2: 0.9 } ]\ngate: { r2: 0.85 }\n");
            for (var i = 0; i < WarmUps; i++)
            {
                Build(without);
                Build(with);
            }

            var withoutTimes = new List<double>();
            var withTimes = new List<double>();
            for (var i = 0; i < builds; i++)
            {
                withoutTimes.Add(Build(without));
                withTimes.Add(Build(with));
            }

            Show("without", withoutTimes);
            Show("with", withTimes);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"difference of the medians {Median(withTimes) - Median(withoutTimes):0} ms, median of the pairs' differences "
                        + $"{Median([.. withTimes.Zip(withoutTimes, (a, b) => a - b)]):0} ms"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Build(string folder)
    {
        var clock = Stopwatch.StartNew();
        using var process = PackageFeed.Start(folder, "build", "-v:quiet", "-nologo");
        PackageFeed.Finish(process);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static void Show(string name, List<double> times) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture,
            $"{name,-8} median {Median(times):0} ms, fastest {times.Min():0} ms, slowest {times.Max():0} ms, {times.Count} builds"));

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
