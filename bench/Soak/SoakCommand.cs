using System.Globalization;
using CompressTasks.Benchmarks.Page;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Benchmarks.Soak;

/// <summary>
/// <c>dotnet run -c Release --project bench -- soak [OPENS [THREADS]] [--page]</c>: opens artifacts of every kind in one process, decodes them, makes
/// sessions and runs them, and looks at what the process holds between the rounds. The second half of the rounds must not hold more than the first.
/// Linux only.
/// </summary>
internal sealed class SoakCommand(string root, int threads)
{
    private const int Rounds = 20;
    private const int WarmUps = 4;

    private readonly string[] _artifacts =
    [
        SoakModels.Whole(Path.Combine(root, "whole")),
        SoakModels.External(Path.Combine(root, "external")),
        SoakModels.InBranch(Path.Combine(root, "branch")),
    ];

    private int _opened;
    private int _refused;
    private int _sessions;
    private int _wrong;

    public static int Run(IReadOnlyList<string> arguments)
    {
        var numbers = arguments.Where(argument => argument != "--page")
            .Select(argument => int.Parse(argument, CultureInfo.InvariantCulture)).ToList();
        var opens = numbers.Count > 0 ? numbers[0] : 2000;
        using var folder = new TemporaryFolder("soak");
        Environment.SetEnvironmentVariable("TMPDIR", Directory.CreateDirectory(Path.Combine(folder.FullName, "tmp")).FullName);
        var soak = new SoakCommand(folder.FullName, numbers.Count > 1 ? numbers[1] : 16);
        var (table, isFlat) = soak.Soak(opens);
        Console.WriteLine(table);
        if (arguments.Contains("--page"))
            ReliabilityPage.Store("soak", table);
        return isFlat && soak._wrong == 0 ? 0 : 1;
    }

    private (string Table, bool IsFlat) Soak(int opens)
    {
        var each = (opens + Rounds - 1) / Rounds;
        for (var i = 0; i < WarmUps; i++)
            Round(each);
        (_opened, _refused, _sessions) = (0, 0, 0);
        var seen = new List<ProcessFigures>();
        for (var round = 0; round < Rounds; round++)
        {
            Round(each);
            seen.Add(ProcessFigures.Now());
        }

        var table = new MarkdownTable("median between rounds", "first half", "second half", "may be");
        var isFlat = Row("KiB resident", figures => figures.Kibibytes, first => first + (first / 20) + (8 << 10))
            & Row("handles", figures => figures.Handles, first => first)
            & Row("threads", figures => figures.Threads, first => first + 2)
            & Row("temporary files", figures => figures.TemporaryFiles, _ => 0);
        var done = string.Create(CultureInfo.InvariantCulture,
            $"{_opened:N0} artifacts opened by {threads} threads; {_sessions:N0} sessions made and run, {_refused:N0} damaged artifacts refused and "
                + $"{_wrong:N0} taken.");
        return ($"{done}\n\n{table}", isFlat);

        bool Row(string name, Func<ProcessFigures, int> figure, Func<int, int> bound)
        {
            var (first, second) = (Median(seen.Take(Rounds / 2)), Median(seen.Skip(Rounds / 2)));
            table.Row(name, Cell.Count(first), Cell.Count(second), Cell.Count(bound(first)));
            return second <= bound(first);

            int Median(IEnumerable<ProcessFigures> half) => half.Select(figure).Order().ElementAt(Rounds / 4);
        }
    }

    private void Round(int opens)
    {
        var next = 0;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) <= opens;)
                Open(number);
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
    }

    private void Open(int number)
    {
        Interlocked.Increment(ref _opened);
        var path = _artifacts[number % _artifacts.Length];
        if (number % 4 == 3)
        {
            OpenDamaged(path, new Random(number));
            return;
        }

        using var model = number % 8 < 4 ? CompressedModel.Open(path) : CompressedModel.Open(File.ReadAllBytes(path));
        foreach (var weight in model.Weights)
            model.Decode(weight);
        using var session = model.CreateSession();
        using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>([1, SoakModels.Side]))]);
        Interlocked.Increment(ref _sessions);
    }

    private void OpenDamaged(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        try
        {
            using var model = CompressedModel.Open(bytes);
            foreach (var weight in model.Weights)
                model.Decode(weight);
            using var session = model.CreateSession();
            Interlocked.Increment(ref _wrong);
        }
        catch (CompressException)
        {
            Interlocked.Increment(ref _refused);
        }
    }
}
