using System.Security.Cryptography;
using CompressTasks.Benchmarks.Page;
using CompressTasks.Diagnostics;
using CompressTasks.Runtime;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>
/// Reads in a loop while runs write. What refers to another file is read before and after it: where both are the same, what was between them is
/// theirs.
/// </summary>
internal sealed class ReaderScenario(Findings findings)
{
    private int _looks;
    private int _whole;
    private int _away;
    private int _mixed;

    public static MarkdownTable Table() => new(
        "what is read while it is written", "runs", "looks", "whole, of one run", "changed meanwhile, or away", "mixed or torn");

    /// <summary>Opens an artifact and decodes it, with hashes.</summary>
    public void Decode(MarkdownTable table, Verb verb, int runs)
    {
        var artifact = Path.Combine(verb.Folder, "a.onnxz");
        Run(table, "artifact: opened and decoded", verb, runs, () =>
        {
            try
            {
                using var model = CompressedModel.Open(artifact);
                foreach (var weight in model.Weights)
                    model.Decode(weight);
                return true;
            }
            catch (CompressException error)
            {
                findings.Add($"a reader beside {verb.Name}: {error.Message}");
                return false;
            }
        });
    }

    /// <summary>Reads an artifact beside its report, which has its digest.</summary>
    public void Report(MarkdownTable table, Verb verb, int runs)
    {
        var (report, artifact) = (Path.Combine(verb.Folder, "a.report.json"), Path.Combine(verb.Folder, "a.onnxz"));
        Run(table, "artifact beside its report", verb, runs, () => Between(report, artifact) is not var (says, digest) ? null
            : says.Contains(digest, StringComparison.Ordinal));
    }

    /// <summary>Reads external data beside its model.</summary>
    public void Data(MarkdownTable table, Verb verb, int runs)
    {
        var (model, data) = (Path.Combine(verb.Folder, "m.onnx"), Path.Combine(verb.Folder, "w.bin"));
        var pairs = Enumerable.Range(0, 2).Select(setting =>
        {
            verb.Reset(setting);
            return Between(model, data)!.Value;
        }).ToList();
        Run(table, "external data beside its model", verb, runs, () => Between(model, data) is { } pair ? pairs.Contains(pair) : null);
    }

    private void Run(MarkdownTable table, string what, Verb verb, int runs, Func<bool?> look)
    {
        (_looks, _whole, _away, _mixed) = (0, 0, 0, 0);
        verb.Reset(0);
        using var over = new ManualResetEventSlim();
        var reader = new Thread(() => Look(what, look, over));
        reader.Start();
        for (var run = 0; run < runs; run++)
        {
            if (verb.Run(1 - (run % 2)) is { IsDone: false } outcome)
                findings.Add($"{verb.Name} beside a reader: {outcome}");
        }

        over.Set();
        reader.Join();
        table.Row([what, .. new[] { runs, _looks, _whole, _away, _mixed }.Select(count => Cell.Count(count))]);
    }

    private void Look(string what, Func<bool?> look, ManualResetEventSlim over)
    {
        for (; !over.IsSet; _looks++)
        {
            var seen = look();
            if (seen is null)
                _away++;
            else if (seen.Value)
                _whole++;
            else
            {
                _mixed++;
                findings.Add($"{what}: mixed or torn");
            }
        }
    }

    private static (string Around, string Digest)? Between(string around, string inner)
    {
        try
        {
            var before = Read(around);
            var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(inner)));
            return Read(around) == before ? (before, digest) : null;
        }
        catch (IOException)
        {
            // One of them is away.
            return null;
        }
    }

    private static string Read(string path) => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path));
}
