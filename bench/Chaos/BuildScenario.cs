using System.Diagnostics;
using System.Security.Cryptography;
using CompressTasks.Diagnostics;
using CompressTasks.Runtime;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>
/// Kills builds of a project that uses the package: the build with all that it has started, the compressor alone, or the build alone, which leaves
/// the compressor behind. Then artifact and reports, the receipt, and the copy in the output folder are looked at.
/// </summary>
internal sealed class BuildScenario
{
    private const int KillsBetweenWholeBuilds = 6;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _project;
    private readonly Findings _findings;
    private readonly List<FolderState> _whole = [];
    private readonly List<string> _artifacts = [];
    private readonly KillInstants _instants;

    public BuildScenario(PackageFeed feed, string name, Random random, Findings findings)
    {
        (_project, _findings) = (feed.CreateProject(name, usesPackage: true), findings);
        ChaosModel.Write(_project, "a", seed: 1);
        Setting = 0;
        PackageFeed.Finish(PackageFeed.Start(_project, "restore"));
        PackageFeed.Finish(Start());
        Receipt = Directory.GetFiles(_project, "compress.receipt", SearchOption.AllDirectories).Single();
        Keep();
        Setting = 1;
        using (var watch = new FolderWatch(Outputs))
            _instants = KillInstants.Measure(watch, Start, process => PackageFeed.Finish(process), random);
        Keep();
    }

    private string Receipt { get; }

    private string Outputs => Path.GetDirectoryName(Receipt)!;

    private string Copy => Path.Combine(_project, "bin", "Debug", "net10.0", "a.onnxz");

    /// <summary>Sets what the next build is to make.</summary>
    private int Setting
    {
        set => File.WriteAllText(Path.Combine(_project, "compress.yml"), Spec(value));
    }

    private static string Spec(int setting) => $$"""
        models: [ a.onnx ]
        rules:
          - weights: "**"
            stack: [ quantize: { r2: 0.9{{setting * 5}} } ]
        gate: { r2: 0.9 }
        report: [ json, markdown, html ]
        """;

    /// <summary>How many builds were killed while MSBuild copied the artifact to the output folder, which it does in no one step.</summary>
    public int CopiesCutOff { get; private set; }

    public KillCounts Run(int kills)
    {
        var counts = KillCounts.None;
        var (old, next) = (1, 0);
        while (counts.Killed < kills)
        {
            for (var i = 0; i < KillsBetweenWholeBuilds && counts.Killed < kills; i++)
            {
                Setting = next;
                var isKilled = Kill(counts.Runs);
                var found = Found(next, counts.Runs, out var isAway);
                counts = counts.With(isKilled, found, old, isAway);
                (old, next) = (found ?? next, 1 - (found ?? next));
            }

            // What there is to be made has to be another artifact: a build that has nothing to do leaves all as it is.
            Setting = next;
            Thread.Sleep(KillScenario.OldEnough);
            PackageFeed.Finish(Start());
            counts = counts with { Left = counts.Left + LeftAfterWholeBuild(next) };
            (old, next) = (next, 1 - next);
        }

        return counts;
    }

    private Process Start() => PackageFeed.Start(_project, "build", "--no-restore", "-v:quiet", "-nologo", "-nodeReuse:false", "-maxCpuCount:1",
        "-p:UseSharedCompilation=false", "-p:CompressProbe=false");

    private void Keep()
    {
        _whole.Add(FolderState.Of(Outputs));
        _artifacts.Add(Digest(Copy)!);
    }

    private bool Kill(int run)
    {
        using var watch = new FolderWatch(Outputs);
        using var process = Start();
        _ = process.StandardOutput.ReadToEndAsync();
        _instants.Wait(watch, process, run % 6);
        var isKilled = !process.HasExited;
        var compressor = Compressors().FirstOrDefault();
        if (run % 3 == 1 && compressor is not null)
            compressor.Kill();
        else
            process.Kill(entireProcessTree: run % 3 == 0);
        process.WaitForExit();
        for (var clock = Stopwatch.StartNew(); Compressors().Count > 0;)
        {
            Thread.Sleep(20);
            if (clock.Elapsed > _patience)
            {
                _findings.Add($"build {run}: the compressor lives on without its build");
                Compressors().ForEach(left => left.Kill());
            }
        }

        return isKilled;
    }

    private int? Found(int next, int run, out bool isAway)
    {
        isAway = false;
        var now = FolderState.Of(Outputs);
        var found = Index(state => now.IsSame(state));
        if (found is null)
        {
            isAway = true;
            found = Index(state => now.IsSameWithout(state, name => name.Contains(".report.", StringComparison.Ordinal)));
        }

        if (found is null)
            _findings.Add($"build {run}: of no one run: {now}");
        if (ReceiptHolds() && (found is null || isAway || !ReceiptIsOf(found.Value)))
            _findings.Add($"build {run}: the receipt is of something else than what is there: {now}");
        if (Digest(Copy) is not { } copy || !_artifacts.Contains(copy))
        {
            CopiesCutOff++;
            if (Opens(Copy))
                _findings.Add($"build {run}: the copy in the output folder is neither old nor new, towards {next}, and can be opened");
        }

        return found;
    }

    private static bool Opens(string path)
    {
        try
        {
            using var model = CompressedModel.Open(path);
            return true;
        }
        catch (Exception error) when (error is CompressException or FileNotFoundException)
        {
            return false;
        }
    }

    private int? Index(Func<FolderState, bool> isIt) => _whole.FindIndex(state => isIt(state)) is >= 0 and var index ? index : null;

    /// <summary>Whether a build would take what is there for the outputs of the receipt. Where one is missing, it makes them again.</summary>
    private bool ReceiptHolds() => File.Exists(Receipt)
        && ReceiptLines("Output").All(line => string.Equals(Digest(Path.Combine(Outputs, line[4])), line[3], StringComparison.OrdinalIgnoreCase));

    private bool ReceiptIsOf(int setting) => string.Equals(ReceiptLines("Spec").Single()[3],
        Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Spec(setting)))), StringComparison.OrdinalIgnoreCase);

    /// <summary>Lines of files are <c>ROLE LENGTH TICKS SHA256 PATH</c>.</summary>
    private IEnumerable<string[]> ReceiptLines(string role) =>
        File.ReadAllLines(Receipt).Select(line => line.Split(' ', 5)).Where(parts => parts[0] == role);

    private int LeftAfterWholeBuild(int setting)
    {
        if (!FolderState.Of(Outputs).IsSame(_whole[setting]) || Digest(Copy) != _artifacts[setting] || !ReceiptHolds() || !ReceiptIsOf(setting))
            _findings.Add($"a build after killed ones does not make what it makes elsewhere: {FolderState.Of(Outputs)}, copy {Digest(Copy)}");
        var left = FolderState.TemporaryIn(_project);
        if (left.Count > 0)
            _findings.Add($"build: left after the next one: {string.Join(", ", left.Select(Path.GetFileName))}");
        return left.Count;
    }

    private static string? Digest(string path) => File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : null;

    /// <summary>The processes that compress for the project.</summary>
    private List<Process> Compressors() =>
        [.. Process.GetProcesses().Where(process => CommandLine(process.Id).Contains(Receipt, StringComparison.Ordinal))];

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return "";
        }
    }
}
