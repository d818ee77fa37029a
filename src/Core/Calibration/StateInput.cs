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

    public override LayerInput? Stacked(Func<string, string> nameOf) => null;

    public override bool AddTo(IReadOnlyList<TensorValue> tensors, IReadOnlyList<SecondMoments> moments, InputSampling sampling)
    {
        var shape = tensors[0].Shape;
        var directions = IsReverse.Count;
        var length = moments[0].Inputs;
        if (!tensors[0].Type.IsFloatingPoint() || shape.Count != 4 || shape[3] != length || shape[IsBatchFirst ? 2 : 1] != directions)
            return false;
        var (steps, batch) = IsBatchFirst ? ((int)shape[1], (int)shape[0]) : ((int)shape[0], (int)shape[2]);
        var initial = tensors.Count > 1 && tensors[1].Bytes.Length > 0 ? tensors[1].Values() : null;
        if (initial is not null && initial.Length != directions * batch * length)
            return false;

        // Of each direction and sample: the one before the first step, if there is one, and those that are put out.
        var perSample = steps - 1 + (initial is null ? 0 : 1);
        var count = (long)Math.Max(0, perSample) * batch;
        var scale = sampling.Scale(count);
        for (var direction = 0; direction < directions; direction++)
        {
            foreach (var place in sampling.Places(count))
            {
                var sample = (int)(place / perSample);
                var step = (int)(place % perSample) - (initial is null ? 0 : 1) + (IsReverse[direction] ? 1 : 0);
                var isInitial = initial is not null && place % perSample == 0;
                var at = isInitial ? (IsBatchFirst ? (sample * directions) + direction : (direction * batch) + sample)
                    : IsBatchFirst ? (((sample * steps) + step) * directions) + direction
                    : (((step * directions) + direction) * batch) + sample;
                var input = moments[direction].Next();
                for (var i = 0; i < length; i++)
                    input[i] = scale * (isInitial ? initial![(at * length) + i] : tensors[0].ValueAt((at * length) + i));
            }
        }

        return true;
    }
}
