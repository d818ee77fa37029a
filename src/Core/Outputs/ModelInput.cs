using CompressTasks.Numerics;

namespace CompressTasks.Outputs;

/// <summary>An input that a model wants.</summary>
/// <param name="Type">The type of its elements; undefined when it is no tensor.</param>
/// <param name="Shape">The length of every axis, −1 where the model leaves it open.</param>
/// <param name="Symbols">The model's name for every axis, empty where it has none.</param>
internal sealed record ModelInput(string Name, ElementType Type, IReadOnlyList<long> Shape, IReadOnlyList<string> Symbols)
{
    /// <summary>Whether a tensor of this shape can be the input.</summary>
    public bool Accepts(IReadOnlyList<long> shape) => Accepts(shape, Shape);

    /// <summary>Whether a tensor of this shape can be the input, its first axis aside.</summary>
    public bool AcceptsRows(IReadOnlyList<long> shape) => shape.Count > 0 && Shape.Count > 0 && Accepts([.. shape.Skip(1)], [.. Shape.Skip(1)]);

    /// <summary>The shape for people: <c>[batch, 3, ?]</c>.</summary>
    public string ShownShape =>
        $"[{string.Join(", ", Shape.Select((length, axis) => length >= 0 ? FormattableString.Invariant($"{length}") : Symbols[axis].Length > 0 ? Symbols[axis] : "?"))}]";

    private static bool Accepts(IReadOnlyList<long> found, IReadOnlyList<long> expected) =>
        found.Count == expected.Count && found.Zip(expected).All(axis => axis.Second < 0 || axis.First == axis.Second);
}
