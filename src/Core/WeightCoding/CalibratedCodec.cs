using CompressTasks.Calibration;
using CompressTasks.Coding.Quantization;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.RangeCoding;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Threading;

namespace CompressTasks.WeightCoding;

/// <summary>
/// Codes the weight of a linear layer as a matrix with a row for each input, each row in steps of its own, and each making up for what the rows before it have lost of the layer's outputs.
/// To decode, it is quantized values, times a number for each row and one for each group of columns.
/// </summary>
internal static class CalibratedCodec
{
    private const byte IsInputsLast = 1;
    private const byte HasGroups = 2;
    private const int Memory = 127;
    private const int LargestStep = 3 * 300;

    /// <summary>Writes a weight.</summary>
    /// <param name="values">The weight, in its own order.</param>
    /// <param name="weight">What calibration knows of it.</param>
    /// <param name="step">The common factor of the steps.</param>
    /// <param name="format">What decoding rounds to.</param>
    /// <param name="writer">Receives the chunk.</param>
    /// <param name="decoded">Receives what it decodes to.</param>
    /// <returns>The error of the layer's outputs, in units of squared steps; null when there is no such chunk.</returns>
    public static double? Write(double[] values, CalibratedWeight weight, double step, NumericFormat format, ChunkWriter writer, out double[] decoded)
    {
        var layout = weight.Layout;
        var rows = layout.ToRows(values);
        Scale(rows, layout.Outputs, [.. weight.Inputs.InputSteps.Select(s => ThirdOctave.Value(-s))], [.. weight.Inputs.GroupSteps.Select(s => ThirdOctave.Value(-s))]);
        var feedback = weight.Feedback();
        var result = Quantizer.Encode(rows, [layout.Inputs, layout.Outputs], QuantizeTarget.Step(step), NumericFormat.Float64, lambda: 0, feedback: feedback);
        decoded = [];
        if (!result.IsMet)
            return null;
        var hasGroups = weight.Inputs.GroupSteps.Any(s => s != 0);
        writer.Byte((byte)((layout.InputsLast ? IsInputsLast : 0) | (hasGroups ? HasGroups : 0)));
        writer.Count(layout.Inputs);
        if (hasGroups)
            writer.Count(layout.Groups);
        var encoder = new RangeEncoder(Memory);
        var model = new IntegerModel();
        foreach (var s in weight.Inputs.InputSteps)
            model.Encode(encoder, s);
        foreach (var s in hasGroups ? weight.Inputs.GroupSteps : [])
            model.Encode(encoder, s);
        writer.Bytes(encoder.Finish());
        writer.Bytes(result.Chunk);
        decoded = Decode(new ChunkReader(writer.Written), values.Length, format, new WorkerPool(1));
        return feedback.Distortion;
    }

    /// <summary>About the step that leaves this R² of the layer's outputs.</summary>
    public static double StepFor(double[] values, CalibratedWeight weight, double r2)
    {
        var rows = weight.Layout.ToRows(values);
        Scale(rows, weight.Layout.Outputs, [.. weight.Inputs.InputSteps.Select(s => ThirdOctave.Value(-s))], [.. weight.Inputs.GroupSteps.Select(s => ThirdOctave.Value(-s))]);
        var total = SquaredError.Between(rows, rows).Total;
        return Math.Sqrt(12 * (1 - r2) * total / rows.Length);
    }

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
        if (flags > (IsInputsLast | HasGroups) || inputs == 0 || count % inputs != 0)
            throw ChunkReader.Corrupt($"{count} values have no {inputs} rows");
        var outputs = count / inputs;
        var groups = (flags & HasGroups) != 0 ? reader.Count() : 1;
        if (groups == 0 || outputs % groups != 0)
            throw ChunkReader.Corrupt($"{outputs} columns have no {groups} groups");
        var decoder = new RangeDecoder(reader.Bytes().Span, Memory);
        var model = new IntegerModel();
        var ofInputs = Factors(inputs, model, ref decoder);
        var ofGroups = (flags & HasGroups) != 0 ? Factors(groups, model, ref decoder) : [1];
        var rows = new double[count];
        Quantizer.Decode(reader.Bytes(), count, [inputs, outputs], NumericFormat.Float64, prediction: null, threads, (first, values) => values.CopyTo(rows.AsSpan(first)));
        Scale(rows, outputs, ofInputs, ofGroups);
        format.Round(rows);
        return new LinearLayout(inputs, outputs, (flags & IsInputsLast) != 0, groups).FromRows(rows);
    }

    private static double[] Factors(int count, IntegerModel model, ref RangeDecoder decoder)
    {
        var factors = new double[count];
        for (var i = 0; i < count; i++)
        {
            var step = model.Decode(ref decoder);
            if (Math.Abs(step) > LargestStep)
                throw ChunkReader.Corrupt($"{step} is out of range for a step");
            factors[i] = ThirdOctave.Value(step);
        }

        return factors;
    }

    private static void Scale(double[] rows, int columns, double[] ofRows, double[] ofGroups)
    {
        var width = columns / ofGroups.Length;
        for (var row = 0; row < ofRows.Length; row++)
        {
            for (var group = 0; group < ofGroups.Length; group++)
            {
                var factor = ofRows[row] * ofGroups[group];
                foreach (ref var value in rows.AsSpan((row * columns) + (group * width), width))
                    value *= factor;
            }
        }
    }
}
