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
    public Matrix Decode(Matrix parameters)
    {
        var low = Signals.Gather(parameters, axis);
        if (low.Columns > length || (low.Columns == 0 && length > 0))
            throw ChunkReader.Corrupt($"there are {low.Columns} frequencies of signals of length {length}");
        if ((long)low.Rows * length > Array.MaxLength)
            throw ChunkReader.Corrupt($"{low.Rows} signals of length {length} are more than fit into memory");
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
