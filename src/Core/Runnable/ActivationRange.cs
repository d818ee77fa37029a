using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>The range of an activation that is stored in unsigned 8-bit integers.</summary>
/// <param name="Least">At most 0.</param>
/// <param name="Most">At least 0.</param>
internal readonly record struct ActivationRange(double Least, double Most)
{
    private const int Steps = 255;

    /// <summary>The step; 1 where nothing but zeros was seen.</summary>
    public float Scale => Most > Least ? Math.Max((float)((Most - Least) / Steps), float.Epsilon) : 1;

    /// <summary>The integer that stands for 0.</summary>
    public byte ZeroPoint => (byte)Math.Clamp(Math.Round(-Least / Scale), 0, Steps);

    /// <summary>A range that has 0 in it, which padding puts there.</summary>
    public static ActivationRange Of(double least, double most) => new(Math.Min(least, 0), Math.Max(most, 0));

    /// <summary>Step and zero point as tensors.</summary>
    public IEnumerable<TensorProto> Tensors(string scale, string zeroPoint) =>
    [
        WeightStore.Tensor(scale, ElementType.Float, [], WeightStore.Bytes([Scale])),
        WeightStore.Tensor(zeroPoint, ElementType.UInt8, [], [ZeroPoint]),
    ];
}
