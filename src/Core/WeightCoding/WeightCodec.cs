using CompressTasks.Artifacts;
using CompressTasks.Calibration;
using CompressTasks.Coding.Lossless;
using CompressTasks.Coding.Quantization;
using CompressTasks.Coding.Quantization.Trellis;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.Stages;
using CompressTasks.Threading;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.WeightCoding;

/// <summary>Turns the payload of one weight into a chunk and back. The first byte of a chunk says what follows: <c>docs/artifact-format.md</c>.</summary>
internal static class WeightCodec
{
    private const byte LosslessChunk = 0;
    private const byte QuantizedChunk = 1;
    private const byte StackedChunk = 2;
    private const byte CalibratedChunk = 3;

    /// <summary>Carries the payload exactly.</summary>
    public static EncodedWeight Keep(ReadOnlySpan<byte> payload, ElementType type, IReadOnlyList<long> shape, string reason)
    {
        var writer = new ChunkWriter();
        writer.Byte(LosslessChunk);
        writer.Bytes(LosslessCoder.Encode(payload, Math.Max(1, ByteSize(type)), ExponentBits(type), RowLength(payload.Length / Math.Max(1, ByteSize(type)), shape)));
        return new(writer.Written.ToArray(), reason, []);
    }

    /// <summary>Codes the payload by a stack; where the stack's target cannot be met, carries it exactly and says why.</summary>
    public static EncodedWeight Encode(ReadOnlySpan<byte> payload, ElementType type, IReadOnlyList<long> shape, StackSpec stack, int threads, CancellationToken cancellationToken)
    {
        var values = new double[payload.Length / ByteSize(type)];
        ElementConversion.ReadValues(type, payload, values);
        if (values.Length == 0)
            return Keep(payload, type, shape, KeepReason.Empty);
        if (!values.All(double.IsFinite))
            return Keep(payload, type, shape, KeepReason.NotFinite);
        if (FewValues.AreAll(values))
            return Keep(payload, type, shape, KeepReason.FewValues);

        var encoded = stack.Stages switch
        {
            [LosslessSpec] => Keep(payload, type, shape, KeepReason.Lossless),
            [QuantizeSpec quantize] => Quantize(values, payload, shape, type, quantize),
            _ => Stack(MatrixView.Of(shape, values), shape, type, stack.Stages, threads, cancellationToken),
        };
        return encoded.Chunk.Length == 0 ? Keep(payload, type, shape, encoded.KeptBecause!) : encoded;
    }

    /// <summary>Codes the payload with a step, against the inputs that its layer meets.</summary>
    /// <returns>A chunk whose <see cref="EncodedWeight.Distortion"/> is the error of the layer's outputs.</returns>
    public static EncodedWeight Encode(ReadOnlySpan<byte> payload, ElementType type, IReadOnlyList<long> shape, CalibratedWeight calibrated, double step)
    {
        var values = new double[payload.Length / ByteSize(type)];
        ElementConversion.ReadValues(type, payload, values);
        var inner = new ChunkWriter();
        if (CalibratedCodec.Write(values, calibrated, step, Format(type), inner, out var decoded) is not { } distortion)
            return Keep(payload, type, shape, "target not met: no step is fine enough");
        var writer = new ChunkWriter();
        writer.Byte(CalibratedChunk);
        writer.Append(inner);
        var error = SquaredError.Between(values, decoded);
        var weights = LevelSummaries.Weights(values.LongLength);
        return new(writer.Written.ToArray(), null, [weights, LevelSummaries.PerWeight("calibrated quantize", weights, values.LongLength, error.R2)], error) { Distortion = distortion };
    }

    /// <summary>Whether a chunk carries its payload exactly. The name of the stack does not tell: a spec may call a lossy one "lossless".</summary>
    public static bool IsExact(ReadOnlySpan<byte> chunk) => chunk is [LosslessChunk, ..];

    /// <summary>Reconstructs a payload.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="type">The weight's element type.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="payload">As many bytes as the weight has in the model.</param>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public static void Decode(ReadOnlyMemory<byte> chunk, ElementType type, IReadOnlyList<long> shape, Span<byte> payload) =>
        Decode(chunk, type, shape, payload, new WorkerPool(1));

    /// <summary>As above, on several threads.</summary>
    public static void Decode(ReadOnlyMemory<byte> chunk, ElementType type, IReadOnlyList<long> shape, Span<byte> payload, WorkerPool threads)
    {
        var reader = new ChunkReader(chunk);
        var kind = reader.Byte();
        if (kind == LosslessChunk)
        {
            LosslessCoder.Decode(reader.Bytes(), payload);
            return;
        }

        switch (kind)
        {
            case QuantizedChunk:
                DecodeQuantized(reader.Bytes(), type, shape, null, payload, threads);
                break;
            case StackedChunk:
                DecodeStack(reader, type, shape, payload, threads);
                break;
            case CalibratedChunk:
                ElementConversion.WriteValues(type, CalibratedCodec.Decode(reader, payload.Length / ByteSize(type), Format(type), threads), payload);
                break;
            default:
                throw ChunkReader.Corrupt($"there is no kind of chunk with the number {kind}");
        }
    }

    /// <summary>Decodes the weights of an artifact, each of them on several threads.</summary>
    public static WeightDecoder Decoder(WorkerPool threads) =>
        (chunk, weight, payload) => Decode(chunk, (ElementType)weight.ElementType, weight.Dims, payload, threads);

    /// <param name="values">The values of the payload, which do not survive.</param>
    /// <param name="payload">The originals that every attempt is compared with.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="type">The weight's element type.</param>
    /// <param name="spec">The target.</param>
    private static unsafe EncodedWeight Quantize(double[] values, ReadOnlySpan<byte> payload, IReadOnlyList<long> shape, ElementType type, QuantizeSpec spec)
    {
        // Saving bits shrinks weights. That costs little squared error, but the same way everywhere, and outputs feel it.
        var lambda = spec.ForOutputs is null ? DependentQuantization.UsualLambda : 0;

        // A span cannot be kept for the attempts to come; the payload stays where it is until they are over.
        QuantizeResult result;
        fixed (byte* start = payload)
        {
            var (originals, length) = ((nint)start, payload.Length);
            result = Quantizer.EncodeInPlace(
                values, reconstruction => PayloadError.ResidualOf(type, new ReadOnlySpan<byte>((byte*)originals, length), reconstruction), shape, Target(spec), Format(type), lambda: lambda);
        }

        if (!result.IsMet)
            return NotMet(result.Reason);
        var writer = new ChunkWriter();
        writer.Byte(QuantizedChunk);
        writer.Bytes(result.Chunk);
        var weights = LevelSummaries.Weights(values.LongLength);
        return new(writer.Written.ToArray(), null, [weights, LevelSummaries.PerWeight("quantize", weights, values.LongLength, result.Error.R2)], result.Error);
    }

    private static EncodedWeight Stack(Matrix weights, IReadOnlyList<long> shape, ElementType type, IReadOnlyList<StageSpec> stages, int threads, CancellationToken cancellationToken)
    {
        var residual = stages[^1] as ResidualSpec;
        var encoder = StackEncoder.Encode(weights, residual is null ? stages : stages.SkipLast(1), threads, cancellationToken);
        if (!ParameterCoder.Accepts(encoder.Parameters.Values.LongLength, weights.Values.Length))
            return NotMet($"the stack makes {encoder.Parameters.Values.Length} parameters of {weights.Values.Length} values");
        var writer = new ChunkWriter();
        writer.Byte(StackedChunk);
        writer.Count(encoder.Levels.Count);
        foreach (var level in encoder.Levels)
            StageDecoders.Write(level.Decoder, writer);
        var stored = ParameterCoder.Write(encoder, residual is not null, writer);
        encoder.Store(stored);

        var summaries = encoder.Summaries.ToList();
        var error = default(SquaredError);
        writer.Byte(residual is null ? (byte)0 : (byte)1);
        if (residual is not null)
        {
            var result = Quantizer.Encode(weights.Values, shape, QuantizeTarget.R2(residual.R2), Format(type), encoder.Decode(stored).Values);
            if (!result.IsMet)
                return NotMet(result.Reason);
            writer.Bytes(result.Chunk);
            error = result.Error;
            summaries.Add(LevelSummaries.PerWeight("residual", summaries.Last(s => s.Kept), weights.Values.LongLength, result.Error.R2));
        }

        return new(writer.Written.ToArray(), null, summaries, error, encoder.Tower);
    }

    /// <summary>Writes values into the payload as they are decoded, from several threads.</summary>
    private static unsafe void DecodeQuantized(ReadOnlyMemory<byte> chunk, ElementType type, IReadOnlyList<long> shape, double[]? prediction, Span<byte> payload, WorkerPool threads)
    {
        var size = ByteSize(type);
        var count = payload.Length / size;
        fixed (byte* pinned = payload)
        {
            var start = pinned;
            Quantizer.Decode(chunk, count, shape, Format(type), prediction, threads, (first, values) =>
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThan(first, count - values.Length);
                ElementConversion.WriteValues(type, values, new Span<byte>(start + ((long)first * size), values.Length * size));
            });
        }
    }

    private static void DecodeStack(ChunkReader reader, ElementType type, IReadOnlyList<long> shape, Span<byte> payload, WorkerPool threads)
    {
        var elements = payload.Length / ByteSize(type);
        var (rows, columns) = MatrixView.SizeOf(shape, elements);
        var count = reader.Count();
        if (count > reader.Remaining)
            throw ChunkReader.Corrupt($"{count} stages do not fit into {reader.Remaining} bytes");
        var decoders = new IStageDecoder[count];
        for (var i = 0; i < decoders.Length; i++)
            decoders[i] = StageDecoders.Read(reader);
        var matrix = ParameterCoder.Read(reader, elements);
        foreach (var decoder in Enumerable.Reverse(decoders))
            matrix = decoder.Decode(matrix);
        if (matrix.Rows != rows || matrix.Columns != columns)
            throw ChunkReader.Corrupt($"it decodes to {matrix.Rows} × {matrix.Columns} values instead of {rows} × {columns}");

        if (reader.Byte() == 0)
            ElementConversion.WriteValues(type, matrix.Values, payload);
        else
            DecodeQuantized(reader.Bytes(), type, shape, matrix.Values, payload, threads);
    }

    private static EncodedWeight NotMet(string reason) => new([], $"target not met: {reason}", []);

    private static QuantizeTarget Target(QuantizeSpec spec) => spec switch
    {
        { R2: { } r2 } => QuantizeTarget.R2(r2),
        { Step: { } step } => QuantizeTarget.Step(step),
        { Bits: { } bits } => QuantizeTarget.Bits(bits),
        _ => throw new ArgumentException("A quantizer needs a target.", nameof(spec)),
    };

    private static int ByteSize(ElementType type) => type.BitsPerElement() / 8;

    private static int ExponentBits(ElementType type) => type switch
    {
        ElementType.Float or ElementType.BFloat16 => 8,
        ElementType.Float16 => 5,
        ElementType.Double => 11,
        _ => 0,
    };

    /// <summary>The elements of a slice along the first axis that is longer than one; 0 if there is none.</summary>
    private static int RowLength(int elements, IReadOnlyList<long> shape)
    {
        var rows = shape.FirstOrDefault(length => length > 1);
        return rows > 1 && elements % rows == 0 ? (int)(elements / rows) : 0;
    }

    private static NumericFormat Format(ElementType type) => type switch
    {
        ElementType.Float => NumericFormat.Float32,
        ElementType.Float16 => NumericFormat.Float16,
        ElementType.BFloat16 => NumericFormat.BFloat16,
        ElementType.Double => NumericFormat.Float64,
        _ => throw ChunkReader.Corrupt($"{type} is not a floating-point type that can be coded with a loss"),
    };
}
