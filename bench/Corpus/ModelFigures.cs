using CompressTasks.Numerics;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>What is measured of every model.</summary>
internal sealed record ModelFigures
{
    private const double SpeedTarget = 0.99;

    public required CorpusModel Model { get; init; }

    public required int Weights { get; init; }

    public required long Elements { get; init; }

    /// <summary>The product's coder, by target.</summary>
    public required IReadOnlyList<CodingPoint> Coder { get; init; }

    /// <summary>Order-0 entropy of a uniform quantizer in bits per weight, by target.</summary>
    public required IReadOnlyList<double> Entropy { get; init; }

    /// <summary>Block formats, in the order of <see cref="BlockQuantization.All"/>.</summary>
    public required IReadOnlyList<CodingPoint> Blocks { get; init; }

    /// <summary>The product's coder with every weight at the R² that the block format gives that weight, in the same order.</summary>
    public required IReadOnlyList<CodingPoint> CoderLikeBlocks { get; init; }

    public required Speed OneCore { get; init; }

    public required Speed TwoCores { get; init; }

    public required CodingPoint Lossless { get; init; }

    public required Speed LosslessOneCore { get; init; }

    /// <summary>Bits per weight of <see cref="GeneralCoder.All"/>; null where one is not installed, empty in a quick run.</summary>
    public required IReadOnlyList<double?> General { get; init; }

    /// <summary>
    /// Megabytes (10⁶ bytes) of fp32 per second of <see cref="GeneralCoder.Timed"/>; null where it is not installed, and in a quick run.
    /// </summary>
    public required double? GeneralSpeed { get; init; }

    /// <summary>Exact copies of the weights rounded to 16-bit types, bits per weight.</summary>
    public required IReadOnlyList<RoundedCopies> Rounded { get; init; }

    public required ToolFigures Tool { get; init; }

    public static ModelFigures Measure(CorpusModel model, WeightSet set, CorpusOptions options, Action<string> progress)
    {
        var cores = Environment.ProcessorCount;
        progress("targets");
        var coder = options.Targets.Select(r2 => ProductCoder.Measure(set, ProductCoder.Encode(set, Stacks.Quantize(r2), cores))).ToList();
        var entropy = options.Targets.Select(r2 => UniformEntropy.BitsPerWeight(set, r2)).ToList();
        progress("block formats");
        var blocks = BlockQuantization.All.Select(format => format.Measure(set)).ToList();
        var coderLikeBlocks = BlockQuantization.All
            .Select(format => ProductCoder.Measure(set, ProductCoder.Encode(set, weight => Like(format, weight), cores)))
            .ToList();
        progress("lossless");
        var lossless = ProductCoder.Measure(set, ProductCoder.Encode(set, Stacks.Lossless, cores));
        var general = options.Quick ? [] : GeneralBits(set);
        progress("speed");
        return new()
        {
            Model = model,
            Weights = set.Weights.Count,
            Elements = set.Elements,
            Coder = coder,
            Entropy = entropy,
            Blocks = blocks,
            CoderLikeBlocks = coderLikeBlocks,
            OneCore = Speed.Measure(set, Stacks.Quantize(SpeedTarget), 1, options.Repetitions),
            TwoCores = Speed.Measure(set, Stacks.Quantize(SpeedTarget), 2, options.Repetitions),
            Lossless = lossless,
            LosslessOneCore = Speed.Measure(set, Stacks.Lossless, 1, options.Repetitions),
            General = general,
            GeneralSpeed = options.Quick ? null : TimeGeneral(set),
            Rounded = options.Quick ? [] : [RoundedCopies.Measure(set, ElementType.Float16), RoundedCopies.Measure(set, ElementType.BFloat16)],
            Tool = ToolFigures.Measure(model.FindFile()),
        };
    }

    /// <summary>A block format can be exact, on a mask of zeros and ones; the spec wants less than 1.</summary>
    private static StackSpec Like(BlockQuantization format, WeightData weight) =>
        Stacks.Quantize(Math.Clamp(format.Error(weight).R2, 0.01, 0.999_999));

    private static List<double?> GeneralBits(WeightSet set)
    {
        var bytes = set.Bytes();
        return [.. GeneralCoder.All.AsParallel().AsOrdered()
            .Select(coder => coder.Size(bytes) is { } result ? set.BitsPerWeight(result.Bytes) : (double?)null)];
    }

    private static double? TimeGeneral(WeightSet set)
    {
        var bytes = set.Bytes();
        return bytes.Length / 1e6 / GeneralCoder.All.Single(coder => coder.Name == GeneralCoder.Timed).Size(bytes)?.Seconds;
    }
}
