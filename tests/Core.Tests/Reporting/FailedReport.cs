using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Reporting;

/// <summary>The sample report with everything that a failed gate adds, and text that means something in HTML, XML, Markdown and SARIF.</summary>
internal static class FailedReport
{
    public const string Hostile = "</code><script>alert(\"1\")</script>&amp;{0}";

    public static CompressionReport Make(string severity = "error") => SampleReport.Make(passed: false) with
    {
        Weights =
        [
            SampleReport.Make(passed: false).Weights[0] with { Path = "better", R2 = 0.95, BitsPerWeight = 3 },
            SampleReport.Make(passed: false).Weights[0],
            SampleReport.Make(passed: false).Weights[0] with { Path = Hostile, R2 = 0.5, ShannonBits = 0.5, BitsPerWeight = 0.25 },
        ],
        Diagnostics =
        [
            new("CT4002", severity, $"models/m|1.onnx: 2 of 3 weights are below. Worst: {Hostile} (0.5).", "app/my spec.yml", 3, 13),
            new("CT4009", "warning", "models/m|1.onnx: maxTime ended the search.", "app/my spec.yml", 2, 0),
        ],
        Spec = new("app/my spec.yml", $"models: [ models/m.onnx ]\n# {Hostile}\ngate: {{ weightR2: 0.9 }}\n", [new("gate.r2", "0.5", "--r2")]),
        Search = new(
            new("npz", "data/val.npz", null, 8), SharedWithGate: 8, TimedOut: true, [],
            [new(2000, 0.999, true), new(1000, 0.9, false), new(1500, 0.99, true) { IsTaken = true }, new(900, null, false)]),
        Outputs = new(
            new("npz", "data/val.npz", null, 8),
            [new("logits", "float32", 640, 0.9876, 19.5, 0.99, 0.0125, 0.75, 0.001, null, 0)],
            new("pooled", "", 640, 0.9876, 19.5, 0.99, 0.0125, 0.75, 0.001, null, 0),
            ["map"],
            [new("head.weight", 0.625, 0.99)]),
    };
}
