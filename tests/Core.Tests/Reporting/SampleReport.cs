using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Reporting;

/// <summary>A report with something of everything, and names that are no one's friend.</summary>
internal static class SampleReport
{
    public const string AwkwardPath = "blocks|`0`.attn_weight";

    public static CompressionReport Make(bool passed, double r2 = 0.75) => new(
        CompressionReport.CurrentSchemaVersion,
        "CompressTasks 0.1.0",
        new("models/m|1.onnx", new string('a', 64), 1_234_567),
        new("m|1.onnxz", new string('b', 64), 345_678),
        new(r2, r2, AwkwardPath, 3.5714, 1_234_567, 345_678, 4.25),
        new(passed, [new("r2", 0.5, r2, true), new("weightR2", 0.9, r2, passed)]),
        [
            new(AwkwardPath, "float32", [16, 8], 128, 512, 68, 4.25, r2, 1, "gaussian | pca", [
                new("weights", 128, 1, 1, 1, 1, null, null),
                new("gaussian", 48, 128 / 48.0, 128 / 48.0, 0.5, 0.5, 1.5, 2),
                new("pca", 40, 1.2, 3.2, 0.975, -0.25, null, null, Kept: false),
            ], new(0, 1, true, "gainTooSmall")),
        ],
        new(new(1, 512, 68), [new("bias", "fewer than 1024 elements", 12, null), new("ids", "int64, not floating-point", 80, 30)],
            [new("tied", "bias", 12)]));
}
