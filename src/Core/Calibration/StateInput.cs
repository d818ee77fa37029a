using CompressTasks.Numerics;
using CompressTasks.Outputs;

namespace CompressTasks.Calibration;

/// <summary>The states that a recurrent layer meets: the one before its first step, and all that it puts out but the last.</summary>
/// <param name="Tensor">The states it puts out, [T, D, B, H], or [B, T, D, H] in the batch-first layout.</param>
/// <param name="Initial">[D, B, H], or [B, D, H]; empty for zeros.</param>
/// <param name="IsBatchFirst">The layout.</param>
/// <param name="IsReverse">For each direction, whether time runs backwards.</param>
internal sealed record StateInput(string Tensor, string Initial, bool IsBatchFirst, IReadOnlyList<bool> IsReverse) : LayerInput
{
    public override IReadOnlyList<string> Tensors => Initial.Length > 0 ? [Tensor, Initial] : [Tensor];

    public override string Key => $"states {Tensor} after {Initial}";

    public override bool AddTo(IReadOnlyList<TensorValue> tensors, IReadOnlyList<SecondMoments> moments)
    {
        var shape = tensors[0].Shape;
        var directions = IsReverse.Count;
        var length = moments[0].Inputs;
        if (!tensors[0].Type.IsFloatingPoint() || shape.Count != 4 || shape[3] != length || shape[IsBatchFirst ? 2 : 1] != directions)
            return false;
        var states = tensors[0].Values();
        var (steps, batch) = IsBatchFirst ? ((int)shape[1], (int)shape[0]) : ((int)shape[0], (int)shape[2]);
        var initial = tensors.Count > 1 && tensors[1].Bytes.Length > 0 ? tensors[1].Values() : null;
        if (initial is not null && initial.Length != directions * batch * length)
            return false;
        for (var direction = 0; direction < directions; direction++)
        {
            var last = IsReverse[direction] ? 0 : steps - 1;
            for (var sample = 0; sample < batch; sample++)
            {
                if (initial is not null)
                    initial.AsSpan((IsBatchFirst ? (sample * directions) + direction : (direction * batch) + sample) * length, length)
                        .CopyTo(moments[direction].Next());
                for (var step = 0; step < steps; step++)
                {
                    var at = IsBatchFirst ? (((sample * steps) + step) * directions) + direction : (((step * directions) + direction) * batch)
                        + sample;
                    if (step != last)
                        states.AsSpan(at * length, length).CopyTo(moments[direction].Next());
                }
            }
        }

        return true;
    }
}
