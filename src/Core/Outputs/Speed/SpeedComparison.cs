using System.Diagnostics;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Speed;

/// <summary>Times a model against another, run after run.</summary>
/// <param name="gate">What is asked for.</param>
/// <param name="inputs">What both are run on.</param>
/// <param name="originalPath">The original.</param>
/// <param name="name">What messages call it.</param>
internal sealed class SpeedComparison(SpeedGateSpec gate, TimedInputs inputs, string originalPath, string name)
{
    /// <summary>Pairs that there are however long they take.</summary>
    private const int FewestPairs = 3;
    private const int Loads = 3;

    private static readonly TimeSpan _longLoad = TimeSpan.FromSeconds(5);

    /// <summary>Times a model that is made from the original. That ONNX Runtime cannot load or run it is a finding, no error.</summary>
    /// <param name="path">The model, or artifact.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="CompressException">ONNX Runtime cannot load or run the original.</exception>
    public SpeedSummary Measure(string path, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var original = Open(originalPath, name);
        var pairs = new PairedTimes(gate.AtLeast.Value);
        try
        {
            using var restored = Open(path, $"the restored {name}");
            var runs = new PairedRuns(original, restored, inputs, cancellationToken);
            while (!pairs.IsClear && (pairs.Count < FewestPairs || clock.Elapsed < gate.MaxTime))
                runs.Add(pairs);
            var (originalLoad, restoredLoad) = LoadTimes(original, restored, path, cancellationToken);
            return Summary(pairs, originalLoad, restoredLoad) with
            {
                Operators = Operators(
                    NodeProfile.Of(originalPath, name, gate.Threads, inputs, gate.At, cancellationToken),
                    NodeProfile.Of(path, $"the restored {name}", gate.Threads, inputs, gate.At, cancellationToken)),
            };
        }
        catch (CompressException error) when (SampleDiagnostics.IsRefusal(error) && error != original.Refusal)
        {
            return Summary(new(gate.AtLeast.Value), original.LoadTime, load: null) with
            {
                Failure = $"ONNX Runtime cannot run the restored model: {SampleDiagnostics.Refusal(error)}",
            };
        }
    }

    private (TimeSpan Original, TimeSpan Restored) LoadTimes(TimedSession original, TimedSession restored, string path,
        CancellationToken cancellationToken)
    {
        var (first, second) = (new List<double> { original.LoadTime.Ticks }, new List<double> { restored.LoadTime.Ticks });
        while (first.Count < Loads && original.LoadTime + restored.LoadTime < _longLoad)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (var again = Open(originalPath, name))
                first.Add(again.LoadTime.Ticks);
            using (var again = Open(path, $"the restored {name}"))
                second.Add(again.LoadTime.Ticks);
        }

        return (TimeSpan.FromTicks((long)PairedTimes.Quantile(first, 0.5)), TimeSpan.FromTicks((long)PairedTimes.Quantile(second, 0.5)));
    }

    private TimedSession Open(string path, string shown) => TimedSession.Open(path, shown, gate.Threads, gate.At);

    private SpeedSummary Summary(PairedTimes pairs, TimeSpan originalLoad, TimeSpan? load) => new(
        inputs.Source,
        inputs.Runs.Count,
        [.. inputs.Tensors[0].Select(input => new TimedInputSummary(input.Name, input.Shape))],
        gate.Threads,
        pairs.Count,
        pairs.Ratio,
        pairs.LowerQuartile,
        pairs.UpperQuartile,
        new(pairs.Original, originalLoad.TotalMilliseconds),
        new(pairs.Restored, load?.TotalMilliseconds ?? double.NaN),
        []);

    private static IReadOnlyList<OperatorTimeSummary> Operators(IReadOnlyList<NodeTime> original, IReadOnlyList<NodeTime> restored)
    {
        var (before, after) = (Sums(original), Sums(restored));
        return
        [
            .. before.Keys.Union(after.Keys, StringComparer.Ordinal)
                .Select(type => new OperatorTimeSummary(type, before.GetValueOrDefault(type), after.GetValueOrDefault(type)))
                .OrderByDescending(type => Math.Max(type.OriginalMilliseconds, type.RestoredMilliseconds))
                .ThenBy(type => type.Operator, StringComparer.Ordinal),
        ];
    }

    private static Dictionary<string, double> Sums(IEnumerable<NodeTime> nodes) => nodes.GroupBy(node => node.Operator, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Sum(node => node.Milliseconds), StringComparer.Ordinal);
}
