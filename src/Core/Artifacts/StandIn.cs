namespace CompressTasks.Artifacts;

/// <summary>Tensors that stand for a weight of the original, in a model whose graph was rewritten.</summary>
internal static class StandIn
{
    /// <summary>What an artifact names as their stack; they are carried exactly.</summary>
    public const string Stack = "runnable";

    private const string IntegerEnd = "_quantized";
    private const string ScaleEnd = "_scale";
    private const string ZeroPointEnd = "_zero_points";
    private const string Float16End = "_float16";

    public static string IntegerName(string weight) => weight + IntegerEnd;

    public static string ScaleName(string weight) => weight + ScaleEnd;

    public static string ZeroPointName(string weight) => weight + ZeroPointEnd;

    public static string Float16Name(string weight) => weight + Float16End;

    /// <summary>The weight that a tensor of this name would stand for; null for other names.</summary>
    public static string? WeightOf(string tensor) =>
        new[] { IntegerEnd, ScaleEnd, ZeroPointEnd, Float16End }.FirstOrDefault(end => tensor.EndsWith(end, StringComparison.Ordinal)) is { } end
            ? tensor[..^end.Length] : null;
}
