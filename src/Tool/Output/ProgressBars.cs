using CompressTasks.Compression;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CompressTasks.Tool.Output;

/// <summary>
/// Progress on a terminal: a bar for each phase, which starts again when the phase comes again, with weights done, speed and time left. Gone when the
/// run is over.
/// </summary>
internal sealed class ProgressBars : IProgress<CompressionProgress>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string, CompressionPhase), ProgressTask> _bars = [];
    private readonly CurrentPhase _phase = new();
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
            var begins = _phase.Update(value);
            var phase = _phase.Value;
            var key = (value.Model, value.Phase);
            if (!_bars.TryGetValue(key, out var bar))
                _bars[key] = bar = _context.AddTask(ReportOutput.Cell(phase.ShortTitle), maxValue: 1);
            if (begins)
            {
                bar.IsIndeterminate = value.TotalBytes == 0 || value.Phase == CompressionPhase.Comparing;
                bar.Description = ReportOutput.Cell(phase.ShortTitle);
            }

            bar.Value = phase.Share;

            // The clock of a phase that is over would run on.
            _figures.Set(bar.Id, phase.Figures(phase.Elapsed));
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
