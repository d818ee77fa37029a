using System.Globalization;
using CompressTasks.Benchmarks.Chaos.Interposition;
using CompressTasks.Benchmarks.Page;
using CompressTasks.IO;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>
/// <c>dotnet run -c Release --project bench -- chaos</c>: runs are killed, given errors by the system, and started many at once. What is there
/// afterwards has to be whole and of one run, and nothing else may be there after a run that nothing has disturbed.
/// </summary>
internal sealed class ChaosCommand(ChaosOptions options, string root)
{
    private const string CutOff =
        "Builds killed while MSBuild copied the artifact to the output folder, where it was then missing or refused when it was opened";

    private const int InputOutput = 5;
    private const int NoSpace = 28;

    private readonly Findings _findings = new();

    public static int Run(IReadOnlyList<string> arguments)
    {
        var options = ChaosOptions.Parse(arguments);
        using var folder = new TemporaryFolder("chaos");
        var chaos = new ChaosCommand(options, folder.FullName);
        foreach (var scenario in options.Scenarios)
        {
            var table = scenario switch
            {
                ChaosOptions.Kill => chaos.Kill(),
                ChaosOptions.Inject => chaos.Inject(),
                _ => chaos.Processes(),
            };
            Console.WriteLine($"{table}\n");
            if (options.Page)
                ReliabilityPage.Store(scenario == ChaosOptions.Kill ? "chaos" : scenario, table);
        }

        return chaos._findings.Count == 0 ? 0 : 1;
    }

    private string Kill()
    {
        var table = KillCounts.Table();
        var feed = new PackageFeed(Folder("builds"), "chaos");
        feed.Pack();
        var scenarios = Lanes(lane => new BuildScenario(feed, $"Killed{lane}", Random(lane), _findings));
        var builds = Add(table, "a build: all of it, its compressor, or all but that",
            Lanes(lane => scenarios[lane].Run(Share(options.Builds, lane))));
        var interposer = new Interposer(root);
        var atCalls = 0;
        foreach (var (name, isForBuild, make) in Makers())
            atCalls += Add(table, $"{name}, at each call that changes its outputs", Lanes(lane =>
            {
                var scenario = new CallScenario(make(Verbs($"{name} calls", lane)), isForBuild, interposer, _findings);
                return scenario.Kill(Share([.. scenario.Calls().Where(call => call.Changes)], lane));
            }));
        var atRandom = Math.Max(0, options.Kills - builds - atCalls);
        foreach (var (name, _, make) in Makers())
            Add(table, $"{name}, at random instants", Lanes(lane =>
                new KillScenario(make(Verbs($"{name} kills", lane)), Random(lane), _findings)
                    .Run(Share((atRandom + Makers().Length - 1) / Makers().Length, lane))));
        return string.Create(CultureInfo.InvariantCulture,
            $"{table}\n\n{CutOff}: {scenarios.Sum(scenario => scenario.CopiesCutOff)}. The next build made it again.");
    }

    private string Inject()
    {
        var table = ErrorCounts.Table();
        var interposer = new Interposer(root);
        foreach (var (name, isForBuild, make) in Makers())
        {
            var scenarios = Lanes(lane => new CallScenario(make(Verbs($"{name} errors", lane)), isForBuild, interposer, _findings));
            foreach (var (error, number, isForAll) in ((string, int, bool)[])[("EIO", InputOutput, true), ("ENOSPC", NoSpace, false)])
            {
                Lanes(lane => scenarios[lane].Fail(
                        Share([.. scenarios[lane].Calls().Where(call => isForAll || call.Changes)], lane), error, number))
                    .Aggregate((a, b) => a + b).AddTo(table, name, error);
            }
        }

        foreach (var (name, _, make) in Makers().Where(maker => !maker.IsForBuild))
        {
            if (new FullDiskScenario(make(Verbs($"{name} disk", 0)), _findings).Run() is var (most, counts))
                counts.AddTo(table, name, string.Create(CultureInfo.InvariantCulture, $"disk with 0 to {most:N0} bytes of room"));
            else
                Console.WriteLine($"{name}: no full disk, for nothing can be mounted here (that takes root on Linux)");
        }

        return table.ToString();
    }

    private string Processes()
    {
        const int Settings = 8;
        var verbs = new Verbs(Folder("processes"), Settings);
        var (compress, restore) = (verbs.Compress(), verbs.Restore());
        var writers = ProcessesScenario.Table();
        foreach (var verb in (Verb[])[compress, restore])
        {
            foreach (var processes in (int[])[2, Settings])
                new ProcessesScenario(verb, _findings).Run(writers, processes, options.Rounds);
        }

        var readers = ReaderScenario.Table();
        var scenario = new ReaderScenario(_findings);
        scenario.Decode(readers, compress, options.Rounds);
        scenario.Report(readers, compress, options.Rounds);
        scenario.Data(readers, restore, options.Rounds);
        return $"{writers}\n\n{readers}";
    }

    private static (string Name, bool IsForBuild, Func<Verbs, Verb> Make)[] Makers() =>
    [
        ("compress", false, verbs => verbs.Compress()),
        ("restore", false, verbs => verbs.Restore()),
        ("compress as a build starts it", true, verbs => verbs.CompressForBuild()),
        ("copy of another configuration's artifact", true, verbs => verbs.CopyForBuild()),
    ];

    private static int Add(MarkdownTable table, string name, IEnumerable<KillCounts> lanes)
    {
        var counts = lanes.Aggregate((a, b) => a + b);
        counts.AddTo(table, name);
        return counts.Killed;
    }

    private T[] Lanes<T>(Func<int, T> lane) => Task.WhenAll(Enumerable.Range(0, options.Lanes).Select(index => Task.Factory.StartNew(
        () => lane(index), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).GetAwaiter().GetResult();

    private int Share(int count, int lane) => (count + options.Lanes - 1 - lane) / options.Lanes;

    private List<FileCall> Share(IReadOnlyList<FileCall> calls, int lane) => [.. calls.Where((_, index) => index % options.Lanes == lane)];

    private Random Random(int lane) => new((options.Seed * options.Lanes) + lane);

    private Verbs Verbs(string name, int lane) => new(Folder($"{name.Replace(' ', '-')}-{lane}"), settings: 2);

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(root, name)).FullName;
}
