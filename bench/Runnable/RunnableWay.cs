namespace CompressTasks.Benchmarks.Runnable;

/// <summary>A way to make a model runnable.</summary>
/// <param name="Title">Its name on the page.</param>
/// <param name="Stage">As a spec says it; null for the original.</param>
/// <param name="Rounding">What takes the place of the rounding of the stage; null for nothing.</param>
internal sealed record RunnableWay(string Title, string? Stage, PlainRounding? Rounding = null)
{
    /// <summary>All, in the order of the page.</summary>
    public static IReadOnlyList<RunnableWay> All(string calibration)
    {
        var measured = $"integer: {{ activations: static, calibration: {calibration} }}";
        return
        [
            new("float32, the original", Stage: null),
            new("`float16`", "float16"),
            new("`activations: dynamic`", "integer"),
            new("the same, rounded to nearest per channel", "integer", PlainRounding.PerChannel),
            new("the same, rounded to nearest per tensor", "integer", PlainRounding.PerTensor),
            new("`activations: static`", measured),
            new("the same, rounded to nearest per channel", measured, PlainRounding.PerChannel),
            new("the same, rounded to nearest per tensor", measured, PlainRounding.PerTensor),
            new("`activations: none`, 8 bits", "integer: { activations: none }"),
            new("`activations: none`, 4 bits", "integer: { bits: 4, activations: none }"),
            new("the same, rounded to nearest", "integer: { bits: 4, activations: none }", PlainRounding.PerChannel),
        ];
    }
}

/// <summary>Rounding with the scale at which the largest value is the largest integer.</summary>
internal enum PlainRounding
{
    /// <summary>A scale for each channel or block, as the stage has them.</summary>
    PerChannel,

    /// <summary>One scale for the whole weight.</summary>
    PerTensor,
}
