using System.Diagnostics;
using CompressTasks.Compression;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>Shows how far a run is: a bar on a terminal, a line per model and per ten seconds elsewhere.</summary>
internal static class RunProgress
{
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(10);

    public static T Show<T>(ToolConsole console, Verbosity verbosity, Func<IProgress<CompressionProgress>?, T> run)
    {
        if (verbosity < Verbosity.Normal)
            return run(null);
        return console.ErrorIsTerminal && console.Error.Profile.Capabilities.Interactive
            ? ShowBars(console.Error, run)
            : run(new Lines(console));
    }

    private static T ShowBars<T>(IAnsiConsole console, Func<IProgress<CompressionProgress>?, T> run) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => run(new Bars(context)));

    private sealed class Bars(ProgressContext context) : IProgress<CompressionProgress>
    {
        private readonly Dictionary<(string, CompressionPhase), ProgressTask> _tasks = [];

        public void Report(CompressionProgress value)
        {
            lock (_tasks)
            {
                var key = (value.Model, value.Phase);
                if (!_tasks.TryGetValue(key, out var task))
                    _tasks[key] = task = context.AddTask(Markup.Escape($"{Path.GetFileName(value.Model)}: {Verb(value.Phase)}"), maxValue: Math.Max(1, value.TotalBytes));
                task.Value = value.TotalBytes == 0 ? 1 : value.DoneBytes;
            }
        }
    }

    private sealed class Lines(ToolConsole console) : IProgress<CompressionProgress>
    {
        private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
        private readonly HashSet<(string, CompressionPhase)> _begun = [];

        public void Report(CompressionProgress value)
        {
            lock (_begun)
            {
                if (!_begun.Add((value.Model, value.Phase)) && _sinceLine.Elapsed < _heartbeat)
                    return;
                _sinceLine.Restart();
                console.WriteLog(FormattableString.Invariant(
                    $"{value.Model}: {Verb(value.Phase)}, {value.DoneBytes / 1e6:0.0} of {value.TotalBytes / 1e6:0.0} MB"));
            }
        }
    }

    private static string Verb(CompressionPhase phase) => phase switch
    {
        CompressionPhase.Calibrating => "measuring the inputs of layers",
        CompressionPhase.Measuring => "measuring what each weight does to the outputs",
        CompressionPhase.Searching => "searching the smallest artifact",
        CompressionPhase.Encoding => "compressing",
        CompressionPhase.Verifying => "verifying",
        CompressionPhase.Comparing => "comparing outputs",
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };
}
