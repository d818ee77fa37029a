using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CompressTasks.Compression;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>
/// <c>dotnet run -c Release --project bench -- chaos [ROUNDS [SEED]]</c>: the tool is killed (SIGKILL) at random instants while it compresses and restores
/// over what other runs have made. What is there afterwards has to be whole and of one run, and nothing else may be there after a run that was not killed.
/// </summary>
internal sealed class ChaosCommand(int rounds, Random random) : IDisposable
{
    private const int Side = 512;

    private readonly TemporaryFolder _folder = new("compresstasks-chaos-");
    private readonly List<string> _wrong = [];

    public static int Run(IReadOnlyList<string> arguments)
    {
        var rounds = arguments.Count > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100;
        var seed = arguments.Count > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1;
        using var chaos = new ChaosCommand(rounds, new Random(seed));
        Console.WriteLine("| verb | runs | killed | old | new | no model | mixed | leftovers after the next run |\n| --- | --: | --: | --: | --: | --: | --: | --: |");
        chaos.Compress();
        chaos.Restore();
        foreach (var wrong in chaos._wrong)
            Console.WriteLine($"WRONG: {wrong}");
        return chaos._wrong.Count == 0 ? 0 : 1;
    }

    public void Dispose() => _folder.Dispose();

    private void Compress()
    {
        var model = WriteModel("a", seed: 1);
        var output = Path.Combine(_folder.FullName, "compressed");
        var artifact = Path.Combine(output, "a.onnxz");
        string[] Command(string r2) => [model, "--output", output, "--r2", r2, "--no-probe", "-v", "quiet"];
        var first = Digest(artifact, () => RunWhole(Command("0.9")));
        var time = Stopwatch.StartNew();
        var second = Digest(artifact, () => RunWhole(Command("0.99")));
        var longest = time.Elapsed;
        Kill("compress", output, longest, i => Command(i % 2 == 0 ? "0.9" : "0.99"), () =>
        {
            var now = Digest(artifact);
            var report = Path.Combine(output, "a.report.json");
            if (File.Exists(report) && !File.ReadAllText(report).Contains(now, StringComparison.Ordinal))
                return State.Mixed;
            return now == first ? State.Old : now == second ? State.New : State.Mixed;
        });
    }

    private void Restore()
    {
        string[] artifacts = [Compressed(WriteModel("a", seed: 1)), Compressed(WriteModel("b", seed: 2))];
        var output = Path.Combine(_folder.FullName, "restored");
        var (model, data) = (Path.Combine(output, "m.onnx"), Path.Combine(output, "w.bin"));
        string[] Command(int i) => ["restore", artifacts[i], "--output", model, "--force"];
        var first = (Digest(model, () => RunWhole(Command(0))), Digest(data));
        var time = Stopwatch.StartNew();
        var second = (Digest(model, () => RunWhole(Command(1))), Digest(data));
        var longest = time.Elapsed;
        Kill("restore", output, longest, i => Command(i % 2), () =>
        {
            if (!File.Exists(model))
                return State.None;
            var now = (Digest(model), Digest(data));
            return now == first ? State.Old : now == second ? State.New : State.Mixed;
        });
    }

    private void Kill(string verb, string output, TimeSpan longest, Func<int, string[]> command, Func<State> look)
    {
        var counts = new int[Enum.GetValues<State>().Length];
        var killed = 0;
        for (var round = 0; round < rounds; round++)
        {
            using var process = Start(command(round));
            // The end is where files take their places.
            if (!process.WaitForExit(longest * (0.5 + (0.6 * random.NextDouble()))))
            {
                process.Kill();
                killed++;
                process.WaitForExit();
            }

            var state = look();
            counts[(int)state]++;
            if (state == State.Mixed)
                _wrong.Add($"{verb}, round {round}: what is there is not of one run");
        }

        // What was made in the last second may be somebody's, and stays.
        Thread.Sleep(TimeSpan.FromSeconds(1.1));
        RunWhole(command(0));
        var left = Directory.GetFiles(output, "*.tmp").Length;
        if (left > 0)
            _wrong.Add($"{verb}: {left} temporary files are left");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {verb} | {rounds} | {killed} | {counts[0]} | {counts[1]} | {counts[2]} | {counts[3]} | {left} |"));
    }

    private string WriteModel(string name, int seed)
    {
        var values = new Random(seed);
        var payload = new byte[Side * Side * sizeof(float)];
        for (var i = 0; i < Side * Side; i++)
            BitConverter.TryWriteBytes(payload.AsSpan(i * sizeof(float)), (float)(values.NextDouble() - values.NextDouble()));
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "w.bin"), payload);
        var tensor = new TensorProto { Name = $"{name}.weight", DataType = (int)ElementType.Float, Dims = { Side, Side }, DataLocation = 1 };
        foreach (var (key, value) in new[] { ("location", "w.bin"), ("offset", "0"), ("length", $"{payload.Length}") })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = name, Initializer = { tensor } } };
        var path = Path.Combine(folder, $"{name}.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static string Compressed(string model) =>
        Compressor.Run(CompressionSpec.ForModel(model, 0.99), new CompressionOptions { Probe = false }, null, CancellationToken.None).Single().ArtifactPath;

    private static string Digest(string path, Action? make = null)
    {
        make?.Invoke();
        return File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : "";
    }

    private void RunWhole(string[] arguments)
    {
        using var process = Start(arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            _wrong.Add($"{string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "CompressTasks.Tool.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>What is there after a run.</summary>
    private enum State
    {
        Old,
        New,
        None,
        Mixed,
    }
}
