using System.Numerics;
using CompressTasks.Numerics;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Sequences;

/// <summary>What the first run of a sequence gets for inputs that are fed back: zeros, where the samples have no array for them.</summary>
internal static class InitialState
{
    /// <param name="pair">What is fed back.</param>
    /// <param name="sequence">May give its shape.</param>
    /// <param name="first">The other inputs of the first run: axes of one name have one length.</param>
    /// <param name="inputs">The model's.</param>
    /// <exception cref="Diagnostics.CompressException">CT1515: the shape cannot be told, or is not the model's.</exception>
    public static TensorValue Zeros(FeedbackPair pair, SequenceSpec sequence, IReadOnlyList<TensorValue> first, IReadOnlyList<ModelInput> inputs)
    {
        var shape = sequence.Initial.FirstOrDefault(initial => initial.Input == pair.Input.Name)?.Shape ?? Shape(pair.Input, sequence, first, inputs);
        if (Bytes(pair.Input, shape) is not { } bytes)
            throw SequenceDiagnostics.LargeInitial(pair.Input, shape, sequence.At);
        return new(pair.Input.Name, pair.Input.Type, shape, new byte[bytes]);
    }

    /// <summary>Checks the shapes that a spec gives.</summary>
    /// <exception cref="Diagnostics.CompressException">CT1514 or CT1515.</exception>
    public static void Check(SequenceSpec sequence, IReadOnlyList<FeedbackPair> pairs)
    {
        foreach (var initial in sequence.Initial)
        {
            var pair = pairs.FirstOrDefault(candidate => candidate.Input.Name == initial.Input)
                ?? throw SequenceDiagnostics.NotFedBack("initial", initial.Input, initial.At);
            if (!pair.Input.Accepts(initial.Shape))
                throw SequenceDiagnostics.WrongInitial(pair.Input, initial.Shape, initial.At);
            if (Bytes(pair.Input, initial.Shape) is null)
                throw SequenceDiagnostics.LargeInitial(pair.Input, initial.Shape, initial.At);
        }
    }

    /// <summary>Null where no array is that large.</summary>
    private static int? Bytes(ModelInput state, IReadOnlyList<long> shape)
    {
        var bytes = shape.Aggregate(new BigInteger(state.Type.BitsPerElement()), (product, length) => product * length) / 8;
        return bytes <= Array.MaxLength ? (int)bytes : null;
    }

    private static long[] Shape(ModelInput state, SequenceSpec sequence, IReadOnlyList<TensorValue> first, IReadOnlyList<ModelInput> inputs)
    {
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var value in first)
        {
            var input = inputs.First(candidate => candidate.Name == value.Name);
            for (var axis = 0; axis < value.Shape.Count; axis++)
                lengths.TryAdd(input.Symbols[axis], value.Shape[axis]);
        }

        // An axis without a name is the batch if it is the only open one.
        var open = state.Shape.Select((length, axis) => (length, axis)).Where(item => item.length < 0).Select(item => item.axis).ToList();
        if (open.Any(axis => state.Symbols[axis].Length == 0))
        {
            var batch = first.FirstOrDefault(value => value.Shape.Count > 0);
            if (open.Count > 1 || batch is null)
                throw SequenceDiagnostics.NoInitial(state, sequence.At);
            lengths[""] = batch.Shape[0];
        }

        return [.. state.Shape.Select((length, axis) => length >= 0 ? length : lengths.GetValueOrDefault(state.Symbols[axis]))];
    }
}
