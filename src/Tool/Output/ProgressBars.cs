using CompressTasks.Compression;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CompressTasks.Tool.Output;

/// <summary>Progress on a terminal: a bar for each phase, with weights done, speed and time left. Gone when the run is over.</summary>
internal sealed class ProgressBars : IProgress<CompressionProgress>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, CompressionPhase), (ProgressTask Task, PhaseProgress Phase)> _bars = [];
    private readonly ProgressContext _context;
    private readonly FiguresColumn _figures;

    private ProgressBars(ProgressContext context, FiguresColumn figures) => (_context, _figures) = (context, figures);

    public static T Show<T>(IAnsiConsole console, Func<IProgress<CompressionProgress>, T> run)
    {
        var figures = new FiguresColumn();
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, figures)
            .Start(context => run(new ProgressBars(context, figures)));
    }

    public void Report(CompressionProgress value)
    {
        lock (_lock)
        {
            var key = (value.Model, value.Phase);
            if (!_bars.TryGetValue(key, out var bar))
            {
                var phase = new PhaseProgress(Path.GetFileName(value.Model), value.Phase);
                phase.Update(value);
                _bars[key] = bar = (_context.AddTask(Markup.Escape(phase.Title), maxValue: 1), phase);
                bar.Task.IsIndeterminate = value.TotalBytes == 0 || value.Phase == CompressionPhase.Comparing;
            }

            bar.Phase.Update(value);
            bar.Task.Value = bar.Phase.Share;

            // The clock of a phase that is over would run on.
            _figures.Set(bar.Task.Id, bar.Phase.Figures(bar.Phase.Elapsed));
        }
    }

    private sealed class FiguresColumn : ProgressColumn
    {
        private readonly Dictionary<int, string> _figures = [];

        protected override bool NoWrap => true;

        public void Set(int task, string figures)
        {
            lock (_figures)
                _figures[task] = figures;
        }

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            lock (_figures)
                return new Text(_figures.GetValueOrDefault(task.Id, ""));
        }
    }
}
