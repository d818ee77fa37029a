using CompressTasks.Calibration;
using CompressTasks.Coding.Lossless;
using CompressTasks.Coding.Quantization;
using CompressTasks.Coding.Quantization.Trellis;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.Stages;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>Turns the payload of one weight into a chunk, which <see cref="Decoding.WeightDecoder"/> turns back.</summary>
internal static class WeightEncoder
{
    /// <summary>Carries the payload exactly.</summary>
    public static EncodedWeight Keep(ReadOnlySpan<byte> payload, ElementType type, IReadOnlyList<long> shape, string reason)
    {
        var writer = new ChunkWriter();
        writer.Byte((byte)ChunkKind.Lossless);
        writer.Bytes(
            LosslessEncoder.Encode(payload, Math.Max(1, type.ByteSize()), type.ExponentBits(),
                RowLength(payload.Length / Math.Max(1, type.ByteSize()), shape)));
        return new(writer.Written.ToArray(), reason, []);
    }

    /// <summary>Codes the payload by a stack; where the stack's target cannot be met, carries it exactly and says why.</summary>
    public static EncodedWeight Encode(
        ReadOnlySpan<byte> payload, ElementType type, IReadOnlyList<long> shape, StackSpec stack, int threads, CancellationToken cancellationToken) =>
        Encode(payload, type, shape, stack, target: null, threads, cancellationToken);

    /// <summary>The same, where the target of a quantizer was found already.</summary>
    /// <param name="payload">Little-endian elements.</param>
    /// <param name="type">Their type: a floating-point type.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="stack">The stages.</param>
    /// <param name="target">What the quantizer aims at; null for what the stack says.</param>
    /// <param name="threads">At least 1; the chunk does not depend on it.</param>
    /// <param name="cancellationToken">Stops between rows or iterations of a stage.</param>
    public static EncodedWeight Encode(
        ReadOnlySpan<byte> payload, ElementType type, IReadOnlyList<long> shape, StackSpec stack, QuantizeTarget? target, int threads,
            CancellationToken cancellationToken)
    {
        var values = new double[payload.Length / type.ByteSize()];
        ElementConversion.ReadValues(type, payload, values);
        if (values.Length == 0)
            return Keep(payload, type, shape, KeepReason.Empty);
        if (!values.All(double.IsFinite))
            return Keep(payload, type, shape, KeepReason.NotFinite);
        if (FewValues.AreAll(values))
            return Keep(payload, type, shape, KeepReason.FewValues);

        var encoded = stack.Stages switch
        {
            [LosslessSpec { IsRest: true }] => Keep(payload, type, shape, KeepReason.Rest),
            [LosslessSpec] => Keep(payload, type, shape, KeepReason.Lossless),
            [QuantizeSpec quantize] => Quantize(values, payload, shape, type, target ?? Target(quantize, values, shape), Lambda(quantize),
                cancellationToken),
            _ => Stack(MatrixView.Of(shape, values), shape, type, stack.Stages, threads, cancellationToken),
        };
        return encoded.Chunk.Length == 0 ? Keep(payload, type, shape, encoded.KeptBecause!) : encoded;
    }

    /// <summary>Codes the payload with a step, against the inputs that its layer meets.</summary>
    /// <param name="payload">Little-endian elements.</param>
    /// <param name="type">Their type: a floating-point type.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="calibrated">What calibration knows of it.</param>
    /// <param name="step">The common factor of the steps.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <returns>A chunk whose <see cref="EncodedWeight.Distortion"/> is the error of the layer's outputs.</returns>
    public static EncodedWeight Encode(ReadOnlySpan<byte> payload, ElementType type, IReadOnlyList<long> shape, CalibratedWeight calibrated,
        double step, CancellationToken cancellationToken = default)
    {
        var values = new double[payload.Length / type.ByteSize()];
        ElementConversion.ReadValues(type, payload, values);
        var inner = new ChunkWriter();
        if (CalibratedEncoder.Write(values, calibrated, step, type.Format(), inner, out var decoded, cancellationToken) is not { } distortion)
            return Keep(payload, type, shape, "target not met: no step is fine enough");
        var writer = new ChunkWriter();
        writer.Byte((byte)ChunkKind.Calibrated);
        writer.Append(inner);
        var restored = new byte[payload.Length];
        ElementConversion.WriteValues(type, decoded, restored);
        var error = PayloadError.Between(type, payload, restored);
        var weights = LevelSummaries.Weights(values.LongLength);
        return new(writer.Written.ToArray(), null, [weights, LevelSummaries.PerWeight("calibrated quantize", weights, values.LongLength, error.R2)],
            error)
        {
            Distortion = distortion,
            Restored = restored,
        };
    }

    /// <param name="values">The values of the payload, which do not survive.</param>
    /// <param name="payload">The originals that every attempt is compared with.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="type">The weight's element type.</param>
    /// <param name="lambda">The squared steps that a bit is worth.</param>
    /// <param name="cancellationToken">Stops between stretches of values.</param>
    private static unsafe EncodedWeight Quantize(
        double[] values, ReadOnlySpan<byte> payload, IReadOnlyList<long> shape, ElementType type, QuantizeTarget target, double lambda,
        CancellationToken cancellationToken)
    {
        // A span cannot be kept for the attempts to come; the payload stays where it is until they are over.
        QuantizeResult result;
        fixed (byte* start = payload)
        {
            var (originals, length) = ((nint)start, payload.Length);
            result = Quantizer.EncodeInPlace(
                values, reconstruction =>
                    PayloadError.ResidualOf(type, new ReadOnlySpan<byte>((byte*)originals, length), reconstruction), shape, target, type.Format(),
                        lambda: lambda, cancellationToken: cancellationToken);
        }

        if (!result.IsMet)
            return NotMet(result.Reason);
        var writer = new ChunkWriter();
        writer.Byte((byte)ChunkKind.Quantized);
        writer.Bytes(result.Chunk);
        var weights = LevelSummaries.Weights(values.LongLength);
        return new(writer.Written.ToArray(), null, [weights, LevelSummaries.PerWeight("quantize", weights, values.LongLength, result.Error.R2)],
            result.Error);
    }

    private static EncodedWeight Stack(Matrix weights, IReadOnlyList<long> shape, ElementType type, IReadOnlyList<StageSpec> stages, int threads,
        CancellationToken cancellationToken)
    {
        var residual = stages[^1] as ResidualSpec;
        var encoder = StackEncoder.Encode(weights, residual is null ? stages : stages.SkipLast(1), threads, cancellationToken);
        if (encoder.Levels.Count > StackLimits.MaxStages)
            return NotMet($"the stack has {encoder.Levels.Count} levels, and {StackLimits.MaxStages} are the most that a chunk may have");
        if (StackLimits.Violation(encoder.Levels.Select(level => level.Decoder).Reverse(), (encoder.Parameters.Rows, encoder.Parameters.Columns),
            (weights.Rows, weights.Columns)) is { } violation)
            return NotMet(violation);
        var writer = new ChunkWriter();
        writer.Byte((byte)ChunkKind.Stacked);
        writer.Count(encoder.Levels.Count);
        foreach (var level in encoder.Levels)
            StageDecoders.Write(level.Decoder, writer);
        var stored = ParameterEncoder.Write(encoder, residual is not null, writer);
        encoder.Store(stored);

        var summaries = encoder.Summaries.ToList();
        var error = default(SquaredError);
        writer.Byte(residual is null ? (byte)0 : (byte)1);
        if (residual is not null)
        {
            var result = Quantizer.Encode(weights.Values, shape, QuantizeTarget.R2(residual.R2), type.Format(), encoder.Decode(stored).Values,
                cancellationToken: cancellationToken);
            if (!result.IsMet)
                return NotMet(result.Reason);
            writer.Bytes(result.Chunk);
            error = result.Error;
            summaries.Add(LevelSummaries.PerWeight("residual", summaries.Last(s => s.Kept), weights.Values.LongLength, result.Error.R2));
        }

        return new(writer.Written.ToArray(), null, summaries, error, encoder.Tower);
    }

    private static EncodedWeight NotMet(string reason) => new([], $"target not met: {reason}", []);

    private static QuantizeTarget Target(QuantizeSpec spec, ReadOnlySpan<double> values, IReadOnlyList<long> shape) => spec switch
    {
        QuantizeSpec.ToR2 { Of: R2Measure.Bulk } target => QuantizeTarget.R2(BulkR2.Target(target.R2, values, shape)),
        QuantizeSpec.ToR2 target => QuantizeTarget.R2(target.R2),
        QuantizeSpec.ToStep target => QuantizeTarget.Step(target.Step),
        QuantizeSpec.ToBits target => QuantizeTarget.Bits(target.Bits),
        _ => throw new ArgumentException("What several weights aim at together is no target for one.", nameof(spec)),
    };

    /// <summary>Saving bits shrinks weights. That costs little squared error, but the same way everywhere, and outputs feel it.</summary>
    private static double Lambda(QuantizeSpec spec) => spec is QuantizeSpec.ForOutputs ? 0 : DependentQuantization.UsualLambda;

    /// <summary>The elements of a slice along the first axis that is longer than one; 0 if there is none.</summary>
    private static int RowLength(int elements, IReadOnlyList<long> shape)
    {
        var rows = shape.FirstOrDefault(length => length > 1);
        return rows > 1 && elements % rows == 0 ? (int)(elements / rows) : 0;
    }
}
