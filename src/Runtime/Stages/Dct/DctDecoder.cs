using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Numerics.Fourier;

namespace CompressTasks.Stages.Dct;

/// <summary>The inverse discrete cosine transform of low frequencies; the others are taken as zero.</summary>
/// <param name="length">Length of a signal before the high frequencies were dropped.</param>
/// <param name="axis">Whether columns or rows are the signals.</param>
internal sealed class DctDecoder(int length, SignalAxis axis) : IStageDecoder
{
    /// <inheritdoc/>
    public string Name => "dct";

    /// <summary>None: the transform is the same for all matrices.</summary>
    public long SideParameterCount => 0;

    /// <inheritdoc/>
    public long ScratchValues => DctTransform.ScratchValues(length);

    /// <inheritdoc/>
    public (int Rows, int Columns) SizeOfDecoded(int rows, int columns)
    {
        var frequencies = axis == SignalAxis.Columns ? rows : columns;
        if (frequencies > length || (frequencies == 0 && length > 0))
            throw ChunkReader.Corrupt($"there are {frequencies} frequencies of signals of length {length}");
        var signals = axis == SignalAxis.Columns ? columns : rows;
        if ((long)signals * length > Array.MaxLength)
            throw ChunkReader.Corrupt($"{signals} signals of length {length} are more than fit into memory");
        return axis == SignalAxis.Columns ? (length, signals) : (signals, length);
    }

    /// <inheritdoc/>
    public Matrix Decode(Matrix parameters)
    {
        _ = SizeOfDecoded(parameters.Rows, parameters.Columns);
        var low = axis == SignalAxis.Columns ? parameters.Transpose() : parameters;
        var signals = new Matrix(low.Rows, length);
        for (var i = 0; i < low.Rows; i++)
            low.Row(i).CopyTo(signals.Row(i));
        Signals.Apply(signals, new DctTransform(length).Inverse);
        return Signals.Scatter(signals, axis);
    }

    /// <inheritdoc/>
    public void Write(ChunkWriter writer)
    {
        writer.Byte((byte)axis);
        writer.Count(length);
    }

    public static DctDecoder Read(ChunkReader reader)
    {
        var axis = Signals.ReadAxis(reader);
        var length = reader.Count();
        return length <= DctTransform.MaxLength
            ? new(length, axis)
            : throw ChunkReader.Corrupt($"signals of length {length} are longer than {DctTransform.MaxLength}");
    }
}
