using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs;

/// <summary>Tells from the first sample that labels cannot give what a spec asks for.</summary>
internal static class LabelCheck
{
    /// <param name="figures">Of the original on the first sample.</param>
    /// <param name="first">The first sample.</param>
    /// <param name="samples">All of them; read on only where the first has no label that counts.</param>
    /// <exception cref="Diagnostics.CompressException">CT1511 or CT1518.</exception>
    public static void Require(OutputGateSpec gate, LabelSummary figures, SampleSequence first, ISampleSource samples)
    {
        if (figures.Count == 0)
        {
            if (!samples.Read(() => 1).SelectMany(sequence => sequence.Steps).Any(HasLabelThatCounts))
                throw LabelDiagnostics.AllNegative(gate.Labels!.Array, gate.Labels.At);
            return;
        }

        // Classes have no errors, and other numbers than 0 and 1 no accuracy: what the following samples have does not change that.
        var isRegression = figures is { Accuracy: null, Rmse: not null };
        foreach (var threshold in gate.OnLabels)
        {
            if (isRegression && threshold.Figure != LabelFigure.Rmse)
                throw LabelDiagnostics.NotDecided(gate.Labels!.Array, first.Steps[0].Labels!.Type, threshold);
            if (figures.Rmse is null && threshold.Figure == LabelFigure.Rmse)
                throw LabelDiagnostics.NoErrors(gate.Labels!.Array, threshold);
        }
    }

    private static bool HasLabelThatCounts(SampleStep step) => step.Labels is { } labels && WholeNumbers.Values(labels).Any(label => label >= 0);
}
