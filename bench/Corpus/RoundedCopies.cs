using CompressTasks.Numerics;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>Exact copies of weights rounded to a 16-bit type.</summary>
/// <param name="PlanesAndBrotli">Bits per weight of byte planes and brotli.</param>
/// <param name="Product">Bits per weight of the product's lossless coder, every header included.</param>
internal sealed record RoundedCopies(ElementType Type, double PlanesAndBrotli, double Product)
{
    public static RoundedCopies Measure(WeightSet set, ElementType type)
    {
        var rounded = set.RoundedTo(type);
        var chunks = ProductCoder.Encode(rounded, Stacks.Lossless, Environment.ProcessorCount);
        return new(
            type,
            set.BitsPerWeight(GeneralCoder.PlanesAndBrotli(rounded.Bytes(), sizeof(ushort))),
            set.BitsPerWeight(chunks.Sum(chunk => chunk.LongLength)));
    }
}
