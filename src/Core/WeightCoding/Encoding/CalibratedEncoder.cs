using CompressTasks.Calibration;
using CompressTasks.Coding.Quantization;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.RangeCoding;
using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>
/// Codes the weight of a linear layer as a matrix with a row for each input, each row in steps of its own, and each making up for what the rows
/// before it have lost of the layer's outputs.
/// </summary>
internal static class CalibratedEncoder
{
    /// <summary>Writes a weight.</summary>
    /// <param name="values">The weight, in its own order; it does not survive.</param>
    /// <param name="weight">What calibration knows of it.</param>
    /// <param name="step">The common factor of the steps.</param>
    /// <param name="format">What decoding rounds to.</param>
    /// <param name="writer">Receives the chunk.</param>
    /// <param name="decoded">Receives what it decodes to.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <returns>The error of the layer's outputs, in units of squared steps; null when there is no such chunk.</returns>
    public static double? Write(double[] values, CalibratedWeight weight, double step, NumericFormat format, ChunkWriter writer, out double[] decoded,
        CancellationToken cancellationToken)
    {
        var layout = weight.Layout;
        var rows = layout.InputsLast ? layout.ToRows(values) : values;
        CalibratedChunk.Scale(rows, layout.Outputs, [.. weight.Inputs.InputSteps.Select(s => ThirdOctave.Value(-s))],
            [.. weight.OutputSteps.Select(s => ThirdOctave.Value(-s))]);
        var feedback = weight.Feedback();
        var result = Quantizer.EncodeInPlace(rows, reconstruction =>
        {
            // With a given step there is one, which is what decoding makes of the rows. They are not needed any more, and so take it, and what counts
            // is the error of the layer's outputs.
            reconstruction.CopyTo(rows);
            return 0;
        }, [layout.Inputs, layout.Outputs], QuantizeTarget.Step(step), NumericFormat.Float64, lambda: 0, feedback: feedback,
            cancellationToken: cancellationToken);
        decoded = [];
        if (!result.IsMet)
            return null;
        var hasGroups = weight.OutputSteps.Any(s => s != 0);
        writer.Byte((byte)((layout.InputsLast ? CalibratedChunk.IsInputsLast : 0) | (hasGroups ? CalibratedChunk.HasGroups : 0)));
        writer.Count(layout.Inputs);
        if (hasGroups)
            writer.Count(weight.OutputSteps.Count);
        var encoder = new RangeEncoder(CalibratedChunk.Memory);
        var model = new IntegerModel();
        foreach (var s in weight.Inputs.InputSteps)
            model.Encode(encoder, s);
        foreach (var s in hasGroups ? weight.OutputSteps : [])
            model.Encode(encoder, s);
        writer.Bytes(encoder.Finish());
        writer.Bytes(result.Chunk);
        CalibratedChunk.Scale(rows, layout.Outputs, [.. weight.Inputs.InputSteps.Select(ThirdOctave.Value)],
            [.. weight.OutputSteps.Select(ThirdOctave.Value)]);
        format.Round(rows);
        decoded = layout.FromRows(rows);
        return feedback.Distortion;
    }

    /// <summary>About the step that leaves this R² of the layer's outputs.</summary>
    public static double StepFor(double[] values, CalibratedWeight weight, double r2)
    {
        var rows = weight.Layout.ToRows(values);
        CalibratedChunk.Scale(rows, weight.Layout.Outputs, [.. weight.Inputs.InputSteps.Select(s => ThirdOctave.Value(-s))],
            [.. weight.OutputSteps.Select(s => ThirdOctave.Value(-s))]);
        var total = SquaredError.Between(rows, rows).Total;
        return Math.Sqrt(12 * (1 - r2) * total / rows.Length);
    }
}
