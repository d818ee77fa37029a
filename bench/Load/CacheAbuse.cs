using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CompressTasks.Benchmarks.Page;
using CompressTasks.Runtime;

namespace CompressTasks.Benchmarks.Load;

/// <summary>
/// What a cache has to stand: processes that start together, processes that are killed while they write, and files that somebody has damaged. After
/// each, a process has to find or make the right model, and nothing else may be left.
/// </summary>
/// <param name="artifact">The artifact that all of them open.</param>
/// <param name="folder">Of the cache; is made anew for each round.</param>
internal sealed class CacheAbuse(string artifact, string folder)
{
    public const string Command = "cache-probe";

    private const int Together = 20;
    private const int Kills = 100;
    private const int LongestWriteMilliseconds = 25;

    private readonly Random _random = new(1);
    private readonly string _expected = Expected(artifact);

    /// <summary>What a process does: it makes a session, runs nothing, and prints the SHA-256 of the files that it found or made.</summary>
    public static void Probe(string artifact, string folder)
    {
        using var model = CompressedModel.Open(artifact, new() { Cache = new ModelCache(folder) });
        using (model.CreateSession())
            Console.Write(HashOf(Path.GetDirectoryName(model.MaterializeAsync().GetAwaiter().GetResult())!));
    }

    /// <returns>A table; what was wrong is in it, and counted.</returns>
    public (string Table, int Findings) Run()
    {
        var table = new MarkdownTable("what was done to the cache", "times", "wrong or missing models", "leftovers");
        var all = 0;
        Add($"{Together} processes start together with an empty cache", StartTogether);
        Add("a process is killed (-9) in the middle of writing, and another starts", KillWhileWriting);
        Add("a byte of a file is changed, a file is cut off or deleted, and a process starts", Damage);
        return (table.ToString(), all);

        void Add(string title, Func<(int Times, int Wrong, int Leftovers)> scenario)
        {
            Console.Error.WriteLine(title);
            var (times, wrong, leftovers) = scenario();
            all += wrong + leftovers;
            table.Row(title, Count(times), Count(wrong), Count(leftovers));
        }

        static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
    }

    private (int Times, int Wrong, int Leftovers) StartTogether()
    {
        const int Times = 5;
        var (wrong, leftovers) = (0, 0);
        for (var round = 0; round < Times; round++)
        {
            Clear();
            var processes = Enumerable.Range(0, Together).Select(_ => Start()).ToList();
            wrong += processes.Count(process => !IsRight(process));
            leftovers += Leftovers();
        }

        return (Times, wrong, leftovers);
    }

    private (int Times, int Wrong, int Leftovers) KillWhileWriting()
    {
        var (times, wrong, leftovers) = (0, 0, 0);
        while (times < Kills)
        {
            Clear();
            using (var process = Start())
            {
                while (!IsWriting() && !process.HasExited)
                    Thread.SpinWait(200);
                var wait = Stopwatch.StartNew();
                var instant = _random.NextDouble() * LongestWriteMilliseconds;
                while (wait.Elapsed.TotalMilliseconds < instant)
                    Thread.SpinWait(50);
                process.Kill();
                process.WaitForExit();
            }

            // One that was done already was not killed in the middle.
            if (!IsWriting())
                continue;
            times++;
            using var next = Start();
            wrong += IsRight(next) ? 0 : 1;
            leftovers += Leftovers();
        }

        return (times, wrong, leftovers);
    }

    private (int Times, int Wrong, int Leftovers) Damage()
    {
        var (times, wrong, leftovers) = (0, 0, 0);
        Clear();
        wrong += IsRight(Start()) ? 0 : 1;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToList())
        {
            foreach (var damage in (Action<string>[])[Change, Cut, File.Delete])
            {
                for (var round = 0; round < 5; round++)
                {
                    damage(file);
                    times++;
                    wrong += IsRight(Start()) && File.Exists(file) ? 0 : 1;
                    leftovers += Leftovers();
                }
            }
        }

        return (times, wrong, leftovers);
    }

    private void Change(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = _random.NextInt64(stream.Length);
        var value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(value ^ (1 << _random.Next(8))));
    }

    private void Cut(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.SetLength(_random.NextInt64(stream.Length));
    }

    private Process Start() =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Command, artifact, folder]) { RedirectStandardOutput = true })!;

    private bool IsRight(Process process)
    {
        using (process)
        {
            var printed = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 && printed == _expected;
        }
    }

    private bool IsWriting() => Directory.Exists(folder)
        && Directory.EnumerateDirectories(folder).Any(entry => Directory.EnumerateFileSystemEntries(entry, "new-*").Any());

    /// <summary>One entry with a manifest, a lock at most, and the files of the model is what there has to be.</summary>
    private int Leftovers()
    {
        var entries = Directory.EnumerateFileSystemEntries(folder).ToList();
        return entries.Count - 1 + entries.Where(Directory.Exists).Sum(entry => Directory.EnumerateFileSystemEntries(entry)
            .Count(name => Path.GetFileName(name) is not ("files" or "manifest" or "lock")));
    }

    private void Clear()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static string Expected(string artifact)
    {
        var other = Directory.CreateTempSubdirectory("compresstasks-load-").FullName;
        try
        {
            using var model = CompressedModel.Open(artifact);
            return HashOf(Path.GetDirectoryName(model.MaterializeAsync(new ModelCache(other)).GetAwaiter().GetResult())!);
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    private static string HashOf(string files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(files).Order(StringComparer.Ordinal))
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
