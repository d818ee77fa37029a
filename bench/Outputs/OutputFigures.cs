using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>The smallest artifacts for one output quality.</summary>
/// <param name="Target">Least R² of every output.</param>
/// <param name="WeightR2">R² of every weight in <paramref name="Equal"/>.</param>
/// <param name="Equal">The same R² for every weight.</param>
/// <param name="Allocated"><c>for: outputs</c>.</param>
/// <param name="Calibrated"><c>for: outputs</c> with <c>calibration</c>.</param>
internal sealed record TargetFigures(double Target, double WeightR2, OutputPoint Equal, SearchRun Allocated, SearchRun Calibrated)
{
    /// <summary>The same with <see cref="OutputModel.ManyCalibration"/>; null for a model without.</summary>
    public SearchRun? CalibratedOnMany { get; init; }
}

/// <summary>What a fixed format makes of the same weights.</summary>
internal sealed record FormatFigures(string Title, OutputPoint Point);

/// <summary>Everything that the page says of one model.</summary>
/// <param name="Weights">How many weights are coded.</param>
/// <param name="Elements">Their elements.</param>
/// <param name="ModelBytes">The model file's.</param>
/// <param name="Loss">The original's, of the sample.</param>
/// <param name="Targets">In ascending order.</param>
/// <param name="Formats">Of no target.</param>
internal sealed record OutputFigures(
    OutputModel Model, int Weights, long Elements, long ModelBytes, double? Loss, IReadOnlyList<TargetFigures> Targets,
        IReadOnlyList<FormatFigures> Formats)
{
    private static readonly IReadOnlyList<IFixedFormat> _formats = [new BlockQuantization(4, 32, Search: true), new ChannelQuantization(8)];

    public static OutputFigures Measure(OutputModel model, IReadOnlyList<double> targets, Action<string> progress)
    {
        var folder = Directory.CreateTempSubdirectory("compresstasks-bench-").FullName;
        try
        {
            var equal = new EqualSearch(model, folder);
            var figures = new List<TargetFigures>();
            foreach (var target in targets)
            {
                progress(FormattableString.Invariant($"output R² {target}, equal"));
                var (weightR2, point) = equal.Find(target);
                progress(FormattableString.Invariant($"output R² {target}, allocated"));
                var allocated = SearchRun.Start(model, target, calibration: null, folder);
                progress(FormattableString.Invariant($"output R² {target}, calibrated"));
                var onMany = model.ManyCalibration is { } many ? SearchRun.Start(model, target, many, folder) : null;
                figures.Add(
                    new(target, weightR2, point, allocated, SearchRun.Start(model, target, model.Calibration, folder)) { CalibratedOnMany = onMany });
            }

            progress("fixed formats");
            var last = figures[^1].Calibrated;
            var formats = new FormatRuns(model, last.Report, last.ArtifactPath);
            return new(
                model,
                last.Report.Weights.Count,
                last.Report.Weights.Sum(weight => weight.Elements),
                last.Report.Model.Bytes,
                model == OutputModel.Sample ? ValidationLoss.OfModel(TinyGpt.Model) : null,
                figures,
                [.. _formats.Select(format => new FormatFigures(format.Title, formats.Measure(format)))]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
