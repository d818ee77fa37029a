using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Stages.Haar;

/// <summary>The inverse Haar transform.</summary>
internal sealed class HaarDecoder(SignalAxis axis) : IStageDecoder
{
    private const int BitsOfOneParameter = 32;

    /// <inheritdoc/>
    public string Name => "haar";

    /// <summary>None: the transform is the same for all matrices.</summary>
    public long SideParameterCount => 0;

    /// <summary>The coefficients that are not zero and a bitmap of their positions, or all coefficients where that is less.</summary>
    public long CountParameters(Matrix parameters)
    {
        var all = parameters.Values.LongLength;
        var sparse = parameters.Values.LongCount(value => value != 0) + ((all + BitsOfOneParameter - 1) / BitsOfOneParameter);
        return Math.Min(sparse, all);
    }

    /// <inheritdoc/>
    public (int Rows, int Columns) SizeOfDecoded(int rows, int columns) => (rows, columns);

    /// <inheritdoc/>
    public Matrix Decode(Matrix parameters)
    {
        var signals = Signals.Gather(parameters, axis);
        Signals.Apply(signals, new HaarTransform(signals.Columns).Inverse);
        return Signals.Scatter(signals, axis);
    }

    /// <inheritdoc/>
    public void Write(ChunkWriter writer) => writer.Byte((byte)axis);

    public static HaarDecoder Read(ChunkReader reader) => new(Signals.ReadAxis(reader));
}
