using CompressTasks.Coding.Quantization;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.RangeCoding;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Threading;

namespace CompressTasks.WeightCoding.Decoding;

/// <summary>
/// Reads what <c>Encoding.CalibratedEncoder</c> wrote: quantized values, times a number for each row and one for each group of columns.
/// </summary>
internal static class CalibratedDecoder
{
    /// <summary>Reads a weight.</summary>
    /// <param name="reader">What was written.</param>
    /// <param name="count">The elements of the weight.</param>
    /// <param name="format">What to round to.</param>
    /// <param name="threads">What to decode with.</param>
    /// <returns>The weight, in its own order.</returns>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static double[] Decode(ChunkReader reader, int count, NumericFormat format, WorkerPool threads)
    {
        var flags = reader.Byte();
        var inputs = reader.Count();
        if (flags > (CalibratedChunk.IsInputsLast | CalibratedChunk.HasGroups) || inputs == 0 || count == 0 || count % inputs != 0)
            throw ChunkReader.Corrupt($"{count} values have no {inputs} rows");
        var outputs = count / inputs;
        var groups = (flags & CalibratedChunk.HasGroups) != 0 ? reader.Count() : 1;
        if (groups == 0 || outputs % groups != 0)
            throw ChunkReader.Corrupt($"{outputs} columns have no {groups} groups");
        var decoder = new RangeDecoder(reader.Bytes().Span, CalibratedChunk.Memory);
        var model = new IntegerModel();
        var ofInputs = Factors(inputs, model, ref decoder);
        var ofGroups = (flags & CalibratedChunk.HasGroups) != 0 ? Factors(groups, model, ref decoder) : [1];
        var rows = new double[count];
        QuantizedChunk.Decode(reader.Bytes(), count, [inputs, outputs], NumericFormat.Float64, prediction: null, threads,
            (first, values) => values.CopyTo(rows.AsSpan(first)));
        CalibratedChunk.Scale(rows, outputs, ofInputs, ofGroups);
        format.Round(rows);
        return new LinearLayout(inputs, outputs, (flags & CalibratedChunk.IsInputsLast) != 0, groups).FromRows(rows);
    }

    private static double[] Factors(int count, IntegerModel model, ref RangeDecoder decoder)
    {
        var factors = new double[count];
        for (var i = 0; i < count; i++)
        {
            var step = model.Decode(ref decoder);
            if (Math.Abs(step) > CalibratedChunk.LargestStep)
                throw ChunkReader.Corrupt($"{step} is out of range for a step");
            factors[i] = ThirdOctave.Value(step);
        }

        return factors;
    }
}
