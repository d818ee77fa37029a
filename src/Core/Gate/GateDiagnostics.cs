using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Gate;

/// <summary>What a gate says when it fails (CT4xxx), at the threshold's place in the spec.</summary>
internal static class GateDiagnostics
{
    private const int Named = 3;

    /// <summary>The share of the error from which on a weight is worth a word.</summary>
    private const double LeastBlame = 0.1;

    public static Diagnostic PooledR2(Severity severity, Threshold threshold, FileSummary model, double actual,
        IReadOnlyList<VerifiedWeight> weights) =>
        new("CT4001", severity,
            $"{model.Path}: pooled R² is {FigureText.Number(actual)}, the gate asks for at least {Asked(threshold)}. Worst: "
                + $"{Worst(weights)}. Give these weights a higher target, or another stack.", threshold.At);

    public static Diagnostic WeightR2(Severity severity, Threshold threshold, FileSummary model, IReadOnlyList<VerifiedWeight> weights)
    {
        var below = weights.Count(w => !(w.R2 >= threshold.Value));
        return new("CT4002", severity,
            $"{model.Path}: {below} of {FigureText.Count(weights.Count, "weight")} {(below == 1 ? "is" : "are")} below the R² of "
                + $"{Asked(threshold)} that the gate asks of each. Worst: {Worst(weights)}. Give these weights a higher target, or another stack.", threshold.At);
    }

    public static Diagnostic Ratio(Severity severity, Threshold threshold, FileSummary model, TotalSummary total) =>
        new("CT4003", severity,
            string.Create(CultureInfo.InvariantCulture,
                $"{model.Path}: {total.OriginalBytes} bytes became {total.ArtifactBytes}, {total.Ratio:0.###} times smaller; the gate asks for at "
                    + $"least {FigureText.Number(threshold.Value)} times. Lower the quality targets, or let more weights be coded (see the "
                    + $"report's coverage)."), threshold.At);

    public static Diagnostic MaxBytes(Severity severity, Threshold threshold, FileSummary model, TotalSummary total) =>
        new("CT4004", severity,
            string.Create(CultureInfo.InvariantCulture,
                $"{model.Path}: the artifact has {total.ArtifactBytes} bytes, the gate allows {threshold.Value:0}. Lower the quality targets, or "
                    + $"let more weights be coded (see the report's coverage)."), threshold.At);

    public static Diagnostic Output(Severity severity, OutputGate.Check check, FileSummary model, IReadOnlyList<BlameSummary> blame)
    {
        if (check.Worst is not { } worst)
            return NoSuchFigure(model.Path, check);
        // Outputs of whole numbers have no squared error that weights could have a share of.
        var known = blame.Where(weight => weight.Share > 0).ToList();
        var remedy = known.Count == 0 ? ""
            : known[0].Share < LeastBlame
                ? $" No single weight is to blame: carried exactly, none takes away more than {Percent(known[0])} of the error. Give all of them a higher target."
                : $" So much of the error goes away when one of these weights alone is carried exactly: {Blamed(known)}. Give them a higher target, or another stack.";
        return new(check.Code, severity,
            $"{model.Path}: {check.Figure} of the output \"{worst.Name}\" is {FigureText.Number(check.Actual)}, the gate asks for at {(check.IsAtMost ? "most" : "least")} "
                + $"{FigureText.Number(check.Threshold.Value)}.{remedy}", check.Threshold.At);
    }

    /// <summary>Rows that are no distributions have a cross entropy as soon as somebody says what they are.</summary>
    public static Diagnostic NoSuchFigure(string model, OutputGate.Check check) => check.IsEmpty
        ? new("CT1511", Severity.Error,
            $"{model}: {check.Figure} is unknown, because the outputs that it is asked of are empty on all samples. Give samples on which the model "
                + $"computes something.", check.Threshold.At)
        : new("CT1511", Severity.Error,
            $"{model} has no output with {check.Figure}, which the gate asks for. "
                + $"{(check.NeedsDistributions ? "Its rows are no distributions: say logits: true if they are logits, or r" : "R")}emove "
                + $"\"{check.Key}\" from gate.outputs.", check.Threshold.At);

    public static Diagnostic OutputNotComparable(Severity severity, OutputGateSpec gate, FileSummary model, OutputSummary output,
        string? inSamples) =>
        new("CT4008", severity,
            string.Create(CultureInfo.InvariantCulture,
                $"{model.Path}: {output.Incomparable} of {output.Values} values of the output \"{output.Name}\" cannot be compared: NaN, an "
                    + $"infinity in one model only, or another shape. {(inSamples is null
                        ? "Check that the original computes numbers on these samples; if it does, give the weights a higher target"
                        : $"The samples have NaN: {inSamples}. Leave that sample out, or mend it")}."), gate.At);

    public static Diagnostic CannotRun(Severity severity, FileSummary model, string failure, IReadOnlyList<BlameSummary> blame, SourceLocation at,
        bool hasSpec)
    {
        var known = blame.Where(weight => weight.Share > 0).Take(Named).Select(weight => weight.Path).ToList();
        return new("CT4030", severity,
            $"{model.Path}: ONNX Runtime runs the original but not the restored model: {failure}. "
                + (known.Count == 0 ? $"Give weights a higher target, or {Exactly(hasSpec, "them")}."
                    : $"It runs with the original of {string.Join(" or ", known)}: {Exactly(hasSpec, "that")}."), at);
    }

    public static Diagnostic FewValuesHoldVariance(FileSummary model, IReadOnlyList<HiddenLoss> weights, SourceLocation at, bool hasSpec)
    {
        var worst = weights.OrderBy(weight => weight.GroupR2).ThenBy(weight => weight.Path, StringComparer.Ordinal).Take(Named)
            .Select(weight => $"{weight.Path} (R² {FigureText.R2(weight.R2)}, {FigureText.R2(weight.GroupR2)} without them)");
        return new("CT4032", Severity.Warning,
            string.Create(CultureInfo.InvariantCulture,
                $"{model.Path}: R² says little of {weights.Count} weight{(weights.Count == 1 ? "" : "s")}: a few values, rows or columns hold the "
                    + $"variance, and most others are lost. {string.Join(", ", worst)}. "
                    + $"{(hasSpec ? "Say of: bulk in quantize" : "Give a higher target")}, "
                    + $"or {Exactly(hasSpec, "such weights")}."), at);
    }

    public static Diagnostic SmallGroupsLost(FileSummary model, IReadOnlyList<HiddenLoss> weights, SourceLocation at, bool hasSpec)
    {
        var worst = weights.OrderBy(weight => weight.GroupR2).ThenBy(weight => weight.Path, StringComparer.Ordinal).Take(Named)
            .Select(weight => $"{weight.Path} (R² {FigureText.R2(weight.R2)}, of these {FigureText.R2(weight.GroupR2)})");
        return new("CT4036", Severity.Warning,
            string.Create(CultureInfo.InvariantCulture,
                $"{model.Path}: in {weights.Count} weight{(weights.Count == 1 ? "" : "s")} a tenth of the rows or of the columns, or more, is small "
                    + $"beside the others and lost, which R² does not say: {string.Join(", ", worst)}{(weights.Count > Named ? ", …" : "")}. "
                    + $"{(hasSpec ? "Say r2: 0.999 and of: bulk in quantize" : "Give a higher target")}, or "
                    + $"{Exactly(hasSpec, "such weights")}."), at);
    }

    public static Diagnostic ConstantOutputs(FileSummary model, IReadOnlyList<string> outputs, SourceLocation at) =>
        new("CT4038", Severity.Warning,
            $"{model.Path}: the original computes the same number everywhere on the gate's samples ({string.Join(", ", outputs.Take(Named))}"
                + $"{(outputs.Count > Named ? ", …" : "")}): that the result does too says nothing of its quality. Give samples on which outputs differ.", at);

    public static Diagnostic RowsLost(FileSummary model, IReadOnlyList<LostRows> weights, SourceLocation at, bool hasSpec)
    {
        var worst = weights.OrderByDescending(weight => weight.Lost / (double)weight.Count).ThenBy(weight => weight.Path, StringComparer.Ordinal)
            .Take(Named)
            .Select(weight => string.Create(CultureInfo.InvariantCulture,
                $"{weight.Lost} of the {weight.Count} rows of {weight.Path} (R² {FigureText.R2(weight.R2)})"));
        return new("CT4034", Severity.Warning,
            $"{model.Path}: R² does not say that rows are lost, which are looked up one at a time and are small beside the others: "
                + $"{string.Join(", ", worst)}{(weights.Count > Named ? ", …" : "")}. Give such weights a higher target, or "
                + $"{Exactly(hasSpec, "them")}.", at);
    }

    public static Diagnostic Stateful(FileSummary model, IReadOnlyList<(string Input, string Output)> states, SourceLocation at, bool hasSpec) =>
        new("CT4013", Severity.Warning,
            string.Create(CultureInfo.InvariantCulture,
                $"{model.Path}: the output \"{states[0].Output}\" looks as if it becomes the input \"{states[0].Input}\" of the next run"
                    + $"{(states.Count > 1 ? $", and {states.Count - 1} more do" : "")}, and the samples are judged run by run. Over a sequence "
                    + $"errors come back and grow. {(hasSpec ? "S" : "Write a spec ('dotnet compress init'), s")}ay feedback: {{ {states[0].Input}: {states[0].Output} }} in gate.outputs.samples and give "
                    + $"sequences, or feedback: {{}} if that is not so."), at);

    public static Diagnostic Probe(FileSummary model, ProbeSummary probe, SourceLocation at, bool hasSpec) =>
        new("CT4014", Severity.Warning,
            string.Create(CultureInfo.InvariantCulture,
                $"{model.Path}: no outputs are compared, and on {probe.Samples} random samples {probe.Figure} of the output \"{probe.Output}\" "
                    + $"is {FigureText.Number(probe.Value)}{(probe.WorstWeight is { } worst ? $"; of the weights that were tried alone, {worst} carried exactly helps most" : "")}. "
                    + $"R² of weights does not say what a model computes: "
                    + $"{(hasSpec ? "give gate.outputs real samples, and let stacks say for: outputs" : "give real samples (--samples)")}."), at);

    public static Diagnostic OnRandomSamples(FileSummary model, OutputSummary output, SourceLocation at)
    {
        var (figure, value) = output.R2 is { } r2 ? ("R²", r2) : ("the share of equal values", output.Equal ?? double.NaN);
        return new("CT4035", Severity.Warning,
            $"{model.Path}: outputs are compared on random samples, and there {figure} of the output \"{output.Name}\" is {FigureText.Number(value)}"
                + ". Random samples do not say whether that is good enough, and R² of weights does not say what a model computes: give "
                + "gate.outputs real samples, and let stacks say for: outputs.", at);
    }

    public static Diagnostic NotProbed(FileSummary model, ProbeSummary probe, SourceLocation at, bool hasSpec) =>
        new("CT4015", Severity.Warning,
            $"{model.Path}: no outputs are compared, and nobody has looked at what the model computes: random samples were tried, and {probe.Skipped}. "
                + $"{(hasSpec ? "Give gate.outputs real samples" : "Give real samples (--samples)")}; where that cannot be, --no-probe, or CompressProbe=false in a build, tries none.", at);

    public static Diagnostic Speed(Severity severity, Threshold threshold, FileSummary model, SpeedSummary speed)
    {
        var slower = speed.Operators.MaxBy(type => type.RestoredMilliseconds - type.OriginalMilliseconds);
        var where = slower is not { RestoredMilliseconds: var after, OriginalMilliseconds: var before } || after <= before ? ""
            : $" Most time was added in {slower.Operator}: {SpeedText.Milliseconds(after - before)} of a run.";
        return new("CT4018", severity,
            $"{model.Path}: the result is {SpeedText.Ratio(speed.Ratio)} times as fast as the original, the gate asks for at least "
                + $"{Asked(threshold)}. {SpeedText.Measured(speed)}{where} Leave small layers in float (minElements in their rule, or rules for the "
                + $"large ones alone), choose another pattern for them (activations), or lower the threshold.", threshold.At);
    }

    public static Diagnostic SpeedUnknown(Severity severity, Threshold threshold, FileSummary model, string failure) =>
        new("CT4019", severity,
            $"{model.Path}: nobody knows how fast the result is, and the gate asks for at least {Asked(threshold)} times the original's speed: "
                + $"{failure}. Give gate.outputs samples that both models run on, or remove speed.", threshold.At);

    /// <summary>The diagnostic of a metric that could not be measured is said once, of its first threshold.</summary>
    public static Diagnostic MetricUnknown(Severity severity, MetricSpec metric, FileSummary model, MetricFailure failure) =>
        new(failure.Code, severity, $"{model.Path}: {failure.Message}.", metric.At);

    public static Diagnostic Metric(Severity severity, MetricGate.Check check, FileSummary model)
    {
        var (value, original) = (FigureText.Exact(check.Metric.Restored.Value), FigureText.Exact(check.Metric.Original?.Value ?? double.NaN));
        var (actual, asked) = (FigureText.Exact(Math.Abs(check.Actual)), FigureText.Exact(check.Threshold.Value));
        var finding = check.Kind switch
        {
            _ when check.Failure is not null => $"is unknown, the gate asks for {MetricText.Asked(check.Kind, check.Threshold.Value)}",
            "atLeast" => $"is {value}, the gate asks for at least {asked}",
            "atMost" => $"is {value}, the gate asks for at most {asked}",
            "increase" => $"is {value}, {actual} above the original's {original}; the gate allows {asked}",
            _ => $"is {value}, {actual} below the original's {original}; the gate allows {asked}",
        };
        var remedy = check.Failure is null ? " Give the weights a higher target, or another stack." : "";
        return new(check.Code, severity, $"{model.Path}: the metric \"{check.Metric.Spec.Name}\" {finding}.{remedy}", check.Threshold.At);
    }

    private static string Exactly(bool hasSpec, string what) =>
        hasSpec ? $"carry {what} exactly (stack: lossless)" : $"carry {what} exactly, which a spec can say ('dotnet compress init')";

    private static string Blamed(IReadOnlyList<BlameSummary> blame) => string.Join(", ", blame
        .Take(Named)
        .Select(weight => $"{weight.Path} ({Percent(weight)})"));

    private static string Percent(BlameSummary weight) => string.Create(CultureInfo.InvariantCulture, $"{100 * weight.Share:0} %");

    private static string Asked(Threshold threshold) =>
        FigureText.Number(threshold.Value) + (threshold.SetBy is { } origin ? $" ({origin})" : "");

    private static string Worst(IReadOnlyList<VerifiedWeight> weights) => string.Join(", ", weights
        .WorstFirst(w => w.R2, w => w.Path)
        .Take(Named)
        .Select(w => $"{w.Path} ({FigureText.Number(w.R2)})"));
}
