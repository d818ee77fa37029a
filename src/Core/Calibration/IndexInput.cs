using CompressTasks.Numerics;
using CompressTasks.Outputs;

namespace CompressTasks.Calibration;

/// <summary>The rows that a gather picks: what the layer meets is a one for each index that comes, so only squares are counted.</summary>
/// <param name="Tensor">Indices.</param>
internal sealed record IndexInput(string Tensor) : LayerInput
{
    public override IReadOnlyList<string> Tensors => [Tensor];

    public override string Key => $"{Tensor} as indices";

    public override LayerInput Stacked(Func<string, string> nameOf) => new IndexInput(nameOf(Tensor));

    /// <summary>Every index picks one row: moments are in runs of one, and none is left out.</summary>
    public override bool AddTo(IReadOnlyList<TensorValue> tensors, IReadOnlyList<SecondMoments> moments, InputSampling sampling)
    {
        if (tensors[0].Type is not (ElementType.Int32 or ElementType.Int64))
            return false;
        var rows = moments[0].Inputs;
        foreach (var index in WholeNumbers.Read(tensors[0]))
        {
            // An index below zero counts from the end (ONNX, Gather).
            var row = index < 0 ? index + rows : index;
            if (row < 0 || row >= rows)
                return false;
            moments[0].AddSquare((int)row, 1);
        }

        return true;
    }
}
