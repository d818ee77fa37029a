using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>Gives every input of a model a shape, where the model leaves axes open.</summary>
internal static class RandomShapes
{
    private const int ImageRank = 4;
    private const long ImageSide = 224;

    /// <summary>The shapes of the spec first, then the rules of docs/spec.md. Axes of one name get one length.</summary>
    /// <param name="spec">May give some.</param>
    /// <param name="inputs">The model's.</param>
    /// <param name="states">Inputs that look like outputs of an earlier run: their one open axis without a name is the batch.</param>
    /// <exception cref="Diagnostics.CompressException">CT1505 or CT1507: the spec gives a shape that the model cannot have.</exception>
    public static Dictionary<string, IReadOnlyList<long>> Resolve(
        RandomSamplesSpec spec, IReadOnlyList<ModelInput> inputs, IReadOnlyCollection<string>? states = null)
    {
        var shapes = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var given in spec.Shapes)
        {
            var input = inputs.FirstOrDefault(candidate => candidate.Name == given.Input)
                ?? throw SampleDiagnostics.UnknownInput(given.Input, inputs, given.At);
            if (!input.Accepts(given.Shape))
                throw SampleDiagnostics.WrongShape(input, given.Shape, "give one length for each axis, and the model's where it has one", given.At);
            shapes[input.Name] = given.Shape;
            for (var axis = 0; axis < given.Shape.Count; axis++)
                lengths.TryAdd(input.Symbols[axis], given.Shape[axis]);
        }

        foreach (var input in inputs.Where(input => !shapes.ContainsKey(input.Name)))
            shapes[input.Name] = [.. input.Shape.Select((length, axis) => length >= 0 ? length : Length(input, axis, lengths, spec.OpenAxis))];
        var batch = inputs.Where(input => states?.Contains(input.Name) != true && input.Shape is [< 0, ..]).Select(input => shapes[input.Name][0])
            .FirstOrDefault(1);
        foreach (var state in inputs.Where(input => states?.Contains(input.Name) == true && spec.Shapes.All(given => given.Input != input.Name)))
        {
            var open = Enumerable.Range(0, state.Shape.Count).Where(axis => state.Shape[axis] < 0).ToList();
            if (open is [var only] && state.Symbols[only].Length == 0)
                shapes[state.Name] = [.. state.Shape.Select(length => length >= 0 ? length : batch)];
        }

        return shapes;
    }

    private static long Length(ModelInput input, int axis, Dictionary<string, long> lengths, long other)
    {
        var usual = axis == 0 ? 1 : input.Shape.Count >= ImageRank ? ImageSide : other;
        var symbol = input.Symbols[axis];
        if (symbol.Length == 0)
            return usual;
        lengths.TryAdd(symbol, usual);
        return lengths[symbol];
    }
}
