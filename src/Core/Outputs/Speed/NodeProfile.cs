using System.Text.Json;
using CompressTasks.Diagnostics;
using CompressTasks.IO;

namespace CompressTasks.Outputs.Speed;

/// <summary>What a node of the optimized graph takes.</summary>
/// <param name="Node">Its name there.</param>
/// <param name="Operator">Its type.</param>
/// <param name="Milliseconds">Of a run, the mean.</param>
internal sealed record NodeTime(string Node, string Operator, double Milliseconds);

/// <summary>Where a model's time goes, from a profile of ONNX Runtime.</summary>
internal static class NodeProfile
{
    private const int MostRuns = 64;
    private const string NodeSuffix = "_kernel_time";
    private static readonly TimeSpan _enough = TimeSpan.FromSeconds(1);

    /// <summary>Their time is that of the nodes inside.</summary>
    private static readonly HashSet<string> _containers = ["If", "Loop", "Scan"];

    /// <summary>Runs a model for about a second.</summary>
    /// <exception cref="CompressException">ONNX Runtime cannot load or run the model; CT3090: no file can be written.</exception>
    public static IReadOnlyList<NodeTime> Of(string path, string shown, int threads, TimedInputs inputs, SourceLocation at,
        CancellationToken cancellationToken)
    {
        try
        {
            using var folder = new TemporaryFolder("profile");
            using var session = TimedSession.Open(path, shown, threads, at, Path.Combine(folder.FullName, "profile"));
            var time = TimeSpan.Zero;
            for (var run = 0; run < 2 || (run < MostRuns && time < _enough); run++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                time += session.Run(inputs.Runs[run % inputs.Runs.Count]);
            }

            using var profile = File.OpenRead(session.EndProfile());
            return Read(profile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileDiagnostics.NoTemporaryFile(error);
        }
    }

    /// <summary>Reads a profile. The first of several runs, in which memory is laid out, does not count.</summary>
    internal static IReadOnlyList<NodeTime> Read(Stream profile)
    {
        using var json = JsonDocument.Parse(profile);
        var events = json.RootElement.EnumerateArray().Where(entry => entry.TryGetProperty("dur", out _)).ToList();
        var runs = events.Where(entry => Text(entry, "name") == "model_run").Select(End).Order().ToList();
        var first = runs.Count > 1 ? runs[0] : long.MinValue;
        var counted = Math.Max(1, runs.Count - 1);
        return
        [
            .. events.Where(entry => Text(entry, "cat") == "Node" && Text(entry, "name").EndsWith(NodeSuffix, StringComparison.Ordinal)
                    && End(entry) > first)
                .Select(entry => (Node: Text(entry, "name")[..^NodeSuffix.Length], Operator: Text(entry.GetProperty("args"), "op_name"),
                    Time: Number(entry, "dur")))
                .Where(entry => !_containers.Contains(entry.Operator))
                .GroupBy(entry => (entry.Node, entry.Operator))
                .Select(group => new NodeTime(group.Key.Node, group.Key.Operator, group.Sum(entry => entry.Time) / 1e3 / counted)),
        ];
    }

    private static long End(JsonElement entry) => Number(entry, "ts") + Number(entry, "dur");

    private static long Number(JsonElement entry, string name) => entry.GetProperty(name).GetInt64();

    private static string Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
