using CompressTasks.Numerics;

namespace CompressTasks.Outputs;

/// <summary>Where an output holds a copy of an input, as the graph has it. Whether it does in a run depends on the branch that was taken.</summary>
/// <param name="Input">The input.</param>
/// <param name="Axis">The axis along which it was joined with what is new; negative ones count from the end; null when the output is the input.</param>
/// <param name="IsFirst">Whether it stands before what is new.</param>
/// <param name="IsAlways">Whether it does so whatever branches are taken.</param>
internal sealed record InputCopy(string Input, int? Axis, bool IsFirst, bool IsAlways)
{
    public bool IsWhole => Axis is null;

    /// <summary>The output without the copy: nothing of a whole copy, and all of it where the values are not those of the input.</summary>
    public TensorValue Without(TensorValue output, IReadOnlyList<TensorValue> inputs)
    {
        if (inputs.FirstOrDefault(candidate => candidate.Name == Input) is not { } input || input.Type != output.Type
            || input.Shape.Count != output.Shape.Count)
            return output;
        if (Axis is not { } given)
            return output.Bytes.AsSpan().SequenceEqual(input.Bytes) ? output with { Shape = [0], Bytes = [] } : output;
        var axis = given < 0 ? given + output.Shape.Count : given;
        if (axis < 0 || axis >= output.Shape.Count || input.Shape[axis] >= output.Shape[axis]
            || Enumerable.Range(0, output.Shape.Count).Any(other => other != axis && input.Shape[other] != output.Shape[other]))
            return output;

        var entry = output.Shape.Skip(axis + 1).Aggregate(1L, (product, length) => product * length) * output.Type.BitsPerElement() / 8;
        var (old, all) = ((int)(input.Shape[axis] * entry), (int)(output.Shape[axis] * entry));
        var blocks = all == 0 ? 0 : output.Bytes.Length / all;
        var rest = new byte[blocks * (all - old)];
        for (var block = 0; block < blocks; block++)
        {
            var whole = output.Bytes.AsSpan(block * all, all);
            if (!whole.Slice(IsFirst ? 0 : all - old, old).SequenceEqual(input.Bytes.AsSpan(block * old, old)))
                return output;
            whole.Slice(IsFirst ? old : 0, all - old).CopyTo(rest.AsSpan(block * (all - old)));
        }

        return output with
        {
            Shape = [.. output.Shape.Select((length, other) => other == axis ? length - input.Shape[axis] : length)],
            Bytes = rest,
        };
    }
}
