using System.Globalization;
using CompressTasks.Stages;

namespace CompressTasks.WeightCoding.Decoding;

/// <summary>
/// What the stages of a chunk may make on the way from its parameters to a weight: memory and time in proportion to the weight, whatever a few bytes
/// ask for. The encoder keeps to it as well.
/// </summary>
internal static class StackLimits
{
    /// <summary>Stages of a chunk at most, each level of a recursive one counted.</summary>
    public const int MaxStages = 256;

    /// <summary>Of a matrix, where a stage makes more values than the weight has: 4 MiB.</summary>
    private const long FewValues = 1 << 19;

    /// <summary>64 Gaussians of three parameters each for a block of one column: no stage makes more of a value.</summary>
    private const long LargestExpansion = 192;

    /// <summary>Of all matrices together, however small the weight is.</summary>
    private const long FewValuesInAll = 1 << 21;

    /// <summary>Of all matrices together, for each value of the weight.</summary>
    private const long ValuesInAll = 32;

    /// <summary>Numbers beside the matrices, however small the weight is: 32 MiB.</summary>
    private const long FewScratchValues = 1 << 22;

    /// <summary>Numbers beside the matrices, for each value of the weight.</summary>
    private const long ScratchValues = 2;

    /// <summary>Follows the sizes from the parameters to the weight, before anything of such a size is made.</summary>
    /// <param name="decoders">In the order of decoding: that of the last stage first.</param>
    /// <param name="parameters">The size of the parameter matrix.</param>
    /// <param name="weight">The size of the weight.</param>
    /// <returns>What is wrong, to stand within a sentence; null when nothing is.</returns>
    /// <exception cref="InvalidDataException">A stage takes no parameters of this size.</exception>
    public static string? Violation(IEnumerable<IStageDecoder> decoders, (int Rows, int Columns) parameters, (int Rows, int Columns) weight)
    {
        var elements = (long)weight.Rows * weight.Columns;
        var (size, left) = (parameters, Math.Max(FewValuesInAll, ValuesInAll * elements));
        if (IsTooLarge(size, elements))
            return Text($"a parameter matrix of {size.Rows} × {size.Columns} is too large for {elements} values");
        foreach (var decoder in decoders)
        {
            if (decoder.ScratchValues > Math.Max(FewScratchValues, ScratchValues * elements))
                return Text($"a stage needs {decoder.ScratchValues} numbers for {elements} values");
            size = decoder.SizeOfDecoded(size.Rows, size.Columns);
            if (IsTooLarge(size, elements))
                return Text($"a matrix of {size.Rows} × {size.Columns} is too large for {elements} values");
            left -= Values(size);
            if (left < 0)
                return Text($"its stages make too many values on the way to {elements}");
        }

        return size == weight ? null : Text($"it decodes to {size.Rows} × {size.Columns} values instead of {weight.Rows} × {weight.Columns}");
    }

    private static bool IsTooLarge((int Rows, int Columns) size, long elements) =>
        Values(size) > Math.Min(Math.Max(Math.Min(FewValues, LargestExpansion * elements), Math.Max(elements, 1)), Array.MaxLength / sizeof(double));

    /// <summary>An empty matrix has no values, but rows to go through.</summary>
    private static long Values((int Rows, int Columns) size) => (long)Math.Max(size.Rows, 1) * Math.Max(size.Columns, 1);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
