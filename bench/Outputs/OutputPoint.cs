using CompressTasks.Reporting;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>What an artifact costs, and what its model computes.</summary>
/// <param name="Bytes">The artifact's.</param>
/// <param name="BitsPerWeight">Bits per weight that is coded with a loss, with all side information.</param>
/// <param name="R2">The lowest R² of an output, against the original model's.</param>
/// <param name="Top1">Share of rows of the first output whose largest value is where the original model has it; null for rows of one value.</param>
/// <param name="Loss">Validation loss of the sample in nats per character; null for the other models.</param>
internal sealed record OutputPoint(double Bytes, double BitsPerWeight, double R2, double? Top1, double? Loss)
{
    public static OutputPoint Of(CompressionReport report, double? loss) =>
        new(report.Artifact.Bytes, report.Total.BitsPerWeight, LowestR2(report.Outputs!), report.Outputs!.Outputs[0].Top1, loss);

    /// <summary>NaN when values cannot be compared.</summary>
    public static double LowestR2(OutputsSummary outputs) => outputs.Outputs.Where(output => output.R2 is not null).Min(output => output.R2!.Value);
}
