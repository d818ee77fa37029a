using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Gate;

/// <summary>Compares the figures of a report with the thresholds of a spec. A figure that is not a number fails.</summary>
internal static class QualityGate
{
    public static (GateSummary Summary, IReadOnlyList<Diagnostic> Failures) Check(GateSpec? gate, FileSummary model, TotalSummary total,
        IReadOnlyList<VerifiedWeight> weights, OutputsSummary? outputs = null, IReadOnlyList<MeasuredMetric>? metrics = null,
        SpeedSummary? speed = null)
    {
        if (gate is null)
            return (new GateSummary(true, []), []);

        var checks = new List<GateCheckSummary>();
        var failures = new List<Diagnostic>();
        var severity = gate.OnFailure;
        Check("r2", gate.R2, total.R2, atLeast: true, threshold => GateDiagnostics.PooledR2(severity, threshold, model, total.R2, weights));
        Check("weightR2", gate.WeightR2, total.WorstWeightR2, atLeast: true,
            threshold => GateDiagnostics.WeightR2(severity, threshold, model, weights));
        Check("ratio", gate.Ratio, total.Ratio, atLeast: true, threshold => GateDiagnostics.Ratio(severity, threshold, model, total));
        Check("maxBytes", gate.MaxBytes, total.ArtifactBytes, atLeast: false,
            threshold => GateDiagnostics.MaxBytes(severity, threshold, model, total));
        if (gate.Outputs is { } asked && outputs is not null)
            CheckOutputs(asked, outputs);
        if (gate.Speed is { } asks && speed is not null)
            Check("speed", asks.AtLeast, speed.Ratio, atLeast: true, threshold => speed.Failure is { } failure
                ? GateDiagnostics.SpeedUnknown(severity, threshold, model, failure)
                : GateDiagnostics.Speed(severity, threshold, model, speed));
        foreach (var metric in metrics ?? [])
            CheckMetric(metric);
        return (new GateSummary(checks.All(c => c.Passed), checks), failures);

        void Check(string name, Threshold? threshold, double actual, bool atLeast, Func<Threshold, Diagnostic> failure)
        {
            if (threshold is null)
                return;
            // Written so that NaN fails both ways.
            var passed = atLeast ? actual >= threshold.Value : actual <= threshold.Value;
            checks.Add(new(name, threshold.Value, actual, passed));
            if (!passed)
                failures.Add(failure(threshold));
        }

        void CheckOutputs(OutputGateSpec asked, OutputsSummary outputs)
        {
            if (outputs.Failure is { } failure)
            {
                checks.Add(new("outputs.run", 1, 0, false));
                failures.Add(GateDiagnostics.CannotRun(severity, model, failure, outputs.Blame, asked.At, hasSpec: asked.At.Line > 0));
                return;
            }

            foreach (var output in OutputGate.Incomparable(outputs))
            {
                checks.Add(new("outputs.incomparable", 0, output.Incomparable, false));
                failures.Add(GateDiagnostics.OutputNotComparable(severity, asked, model, output, outputs.NaNInSamples));
            }

            foreach (var check in OutputGate.Checks(asked, outputs))
            {
                checks.Add(new(check.Name, check.Threshold.Value, check.Actual, check.Passed));
                if (!check.Passed)
                    failures.Add(GateDiagnostics.Output(severity, check, model, outputs.Blame));
            }
        }

        void CheckMetric(MeasuredMetric metric)
        {
            var isSaid = false;
            foreach (var check in MetricGate.Checks(metric))
            {
                checks.Add(new(check.Name, check.Threshold.Value, check.Actual, check.Passed));
                if (check.Passed)
                    continue;
                failures.Add(check.Failure is { } failure && !isSaid
                    ? GateDiagnostics.MetricUnknown(severity, metric.Spec, model, failure)
                    : GateDiagnostics.Metric(severity, check, model));
                isSaid = true;
            }
        }
    }
}
