using CompressTasks.Numerics;
using CompressTasks.Outputs;

namespace CompressTasks.Calibration;

/// <summary>All vectors along an axis of a tensor.</summary>
/// <param name="Axis">From the end when below zero.</param>
internal sealed record AxisInput(string Tensor, int Axis) : LayerInput
{
    public override IReadOnlyList<string> Tensors => [Tensor];

    public override string Key => FormattableString.Invariant($"{Tensor} along {Axis}");

    public override LayerInput Stacked(Func<string, string> nameOf) => new AxisInput(nameOf(Tensor), Axis < 0 ? Axis : Axis + 1);

    public override bool AddTo(IReadOnlyList<TensorValue> tensors, IReadOnlyList<SecondMoments> moments, InputSampling sampling)
    {
        var shape = tensors[0].Shape;
        var axis = Axis < 0 ? Axis + shape.Count : Axis;

        // A vector as the second factor of a MatMul is a column.
        if (axis < 0 && shape.Count == 1)
            axis = 0;
        if (!tensors[0].Type.IsFloatingPoint() || axis < 0 || axis >= shape.Count || shape[axis] != moments[0].Inputs)
            return false;
        var length = (int)shape[axis];
        var stride = (int)shape.Skip(axis + 1).Aggregate(1L, (product, n) => product * n);
        var count = shape.Aggregate(1L, (product, n) => product * n) / length;
        var scale = sampling.Scale(count);
        foreach (var place in sampling.Places(count))
        {
            var first = (int)((place / stride * stride * length) + (place % stride));
            var input = moments[0].Next();
            for (var i = 0; i < length; i++)
                input[i] = scale * tensors[0].ValueAt(first + (i * stride));
        }

        return true;
    }
}
