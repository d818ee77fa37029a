using CompressTasks.Numerics;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>A way to code a model's weights: what it costs and what it gives.</summary>
/// <param name="Bits">Bits per weight, side information included.</param>
/// <param name="MeanR2">R² of each weight, averaged with its number of elements: as if every weight had been scaled to the same variance.</param>
/// <param name="WorstR2">R² of the worst weight.</param>
internal sealed record CodingPoint(double Bits, double MeanR2, double WorstR2)
{
    public static CodingPoint Of(double bits, IReadOnlyCollection<SquaredError> errors) => new(
        bits,
        errors.Sum(error => error.Elements * error.R2) / errors.Sum(error => error.Elements),
        errors.Min(error => error.R2));
}
