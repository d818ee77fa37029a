using CompressTasks.Coding.Quantization.Axes;
using CompressTasks.Coding.Quantization.Entropy;
using CompressTasks.Coding.Quantization.Trellis;
using CompressTasks.Numerics;
using CompressTasks.Threading;

namespace CompressTasks.Coding.Quantization;

/// <summary>Takes decoded values, from several threads, each value once.</summary>
/// <param name="first">The index of the first one in its tensor.</param>
/// <param name="values">Valid during the call only.</param>
internal delegate void ValueSink(int first, ReadOnlySpan<double> values);

/// <summary>Turns the streams of a tensor's indices into its values, stream by stream: only a transform needs the whole tensor at once.</summary>
/// <param name="header">What is known besides the indices.</param>
/// <param name="axes">The tensor's axes.</param>
/// <param name="format">What values are rounded to.</param>
/// <param name="prediction">What is added to the values; null for zeros.</param>
/// <param name="threads">What the streams are shared among.</param>
/// <param name="sink">Takes the values.</param>
internal sealed class TensorDecoder(QuantizationHeader header, TensorAxes axes, NumericFormat format, double[]? prediction, WorkerPool threads,
    ValueSink sink)
{
    private const int Block = 2048;

    private readonly int _streamLength = StreamLayout.StreamLength(axes.Count);

    /// <summary>Decodes all values.</summary>
    /// <exception cref="InvalidDataException">A stream is damaged.</exception>
    public void Decode(ReadOnlyMemory<byte>[] streams)
    {
        if (header.Cosines == 0)
        {
            threads.Run(streams.Length, stream => DecodeStream(streams[stream].Span, stream * _streamLength));
            return;
        }

        var values = threads.RentWhole(axes.Count);
        threads.Run(streams.Length, stream => DecodeStream(streams[stream].Span, stream * _streamLength, values));
        TransformSelection.Invert(values, axes, header.Cosines, threads);
        threads.Run(streams.Length, stream => Complete(stream * _streamLength, PartOf(values, stream * _streamLength)));
        threads.Return(values);
    }

    /// <summary>Block by block from indices to what the sink takes: what one step has written, the next one finds in the processor's cache.</summary>
    private void DecodeStream(ReadOnlySpan<byte> stream, int first)
    {
        var scratch = threads.RentScratch();
        var indices = DecodeIndices(stream, first, scratch);
        var block = scratch.Values(Block);
        for (var start = 0; start < indices.Length; start += Block)
        {
            var values = block.AsSpan(0, Math.Min(Block, indices.Length - start));
            header.Scale(indices.Slice(start, values.Length), values);
            Complete(first + start, values);
        }

        threads.Return(scratch);
    }

    private void DecodeStream(ReadOnlySpan<byte> stream, int first, double[] whole)
    {
        var scratch = threads.RentScratch();
        header.Scale(DecodeIndices(stream, first, scratch), PartOf(whole, first));
        threads.Return(scratch);
    }

    private ReadOnlySpan<int> DecodeIndices(ReadOnlySpan<byte> stream, int first, WorkerScratch scratch)
    {
        var length = Math.Min(_streamLength, axes.Count - first);
        var classes = scratch.Bytes(length);
        var indices = scratch.Integers(length);
        AxisScales.Classify(header.Scales, axes, header.Center, first, classes);
        IndexDecoder.Decode(stream, classes, indices);
        return indices;
    }

    private void Complete(int first, Span<double> values)
    {
        header.AddMeans(values, axes, first);
        if (prediction is not null)
            QuantizationHeader.AddPrediction(values, prediction.AsSpan(first, values.Length));
        format.Round(values);
        sink(first, values);
    }

    private Span<double> PartOf(double[] whole, int first) => whole.AsSpan(first, Math.Min(_streamLength, axes.Count - first));
}
