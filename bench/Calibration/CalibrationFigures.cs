using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Outputs;

namespace CompressTasks.Benchmarks.Calibration;

/// <summary>What was made of a model for one output quality.</summary>
/// <param name="Target">Least R² of every output on the gate's samples.</param>
/// <param name="Calibrated">Calibrated, as a process of its own.</param>
/// <param name="JudgedR2">R² of its outputs on samples that it was not made with.</param>
/// <param name="Equal">One R² for all weights, the least with which the gate holds; null when that was not asked for.</param>
internal sealed record CalibratedTarget(double Target, SearchRun Calibrated, double JudgedR2, EqualTarget? Equal);

/// <summary>The smallest artifact all weights of which have the same R².</summary>
internal sealed record EqualTarget(double WeightR2, OutputPoint Point, double JudgedR2);

/// <summary>Everything that the page says of one model.</summary>
internal sealed record CalibrationFigures(CalibratedModel Model, IReadOnlyList<CalibratedTarget> Targets, OutputPoint Channels)
{
    public static CalibrationFigures Measure(CalibratedModel model, CalibrationOptions options, string folder, Action<string> progress)
    {
        progress("samples");
        var (onGate, onJudgement) = model.Prepare(folder);
        var equal = new EqualSearch(onGate, folder);
        var targets = new List<CalibratedTarget>();
        foreach (var target in options.Targets ?? model.Targets)
        {
            progress(FormattableString.Invariant($"output R² {target}, calibrated"));
            var run = SearchRun.Start(onGate, target, onGate.Calibration, folder);
            progress(FormattableString.Invariant(
                $"{run.Report.Artifact.Bytes} bytes, {run.Tool.ProcessorSeconds:0} s of a processor, {run.Tool.PeakBytes / 1e6:0} MB"));
            var judged = Judgement.R2(onJudgement, run.ArtifactPath);
            targets.Add(new(target, run, judged, options.IsEqualMeasured ? Equal(target) : null));
        }

        progress("8 bits per channel");
        var last = targets[^1].Calibrated;
        return new(model, targets, new FormatRuns(onJudgement, last.Report, last.ArtifactPath).Measure(new ChannelQuantization(8)));

        EqualTarget Equal(double target)
        {
            progress(FormattableString.Invariant($"output R² {target}, equal"));
            var (weightR2, point) = equal.Find(target);
            return new(weightR2, point, Judgement.R2(onJudgement, equal.Make(weightR2).ArtifactPath));
        }
    }
}
