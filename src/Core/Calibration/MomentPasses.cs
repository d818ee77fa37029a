namespace CompressTasks.Calibration;

/// <summary>Which layers are measured in which pass over the samples.</summary>
/// <param name="Passes">In their order.</param>
/// <param name="Shown">The tensors that one session shows in all passes; null when each pass has one that shows its own only.</param>
/// <param name="IsInMemory">Whether the moments of all passes fit into memory together.</param>
internal sealed record MomentPasses(IReadOnlyList<IReadOnlyList<LayerMeasurement>> Passes, IReadOnlyList<string>? Shown, bool IsInMemory)
{
    /// <summary>A session shows the inputs of all layers if these take no more than this part of the memory.</summary>
    private const int MostShared = 4;

    private const int TrianglesOfMatrix = 2;

    /// <param name="measurements">In the order in which they are to be measured.</param>
    /// <param name="limits">What they may take.</param>
    /// <param name="copies">How often matrices are there at a time, once they are measured.</param>
    /// <param name="sizesOf">Finds the bytes of tensors in a run.</param>
    public static MomentPasses Of(IReadOnlyList<LayerMeasurement> measurements, MomentLimits limits, int copies,
        Func<IReadOnlyList<string>, IReadOnlyDictionary<string, long>> sizesOf)
    {
        List<string> tensors = [.. measurements.SelectMany(measurement => measurement.Tensors).Distinct()];
        if (tensors.Count == 0)
            return new([], [], IsInMemory: true);
        var sizes = sizesOf(tensors);

        var isShared = Shown(tensors) <= limits.Memory / MostShared;
        var passes = new List<List<LayerMeasurement>>();
        foreach (var measurement in measurements)
        {
            if (passes.Count == 0 || Bytes([.. passes[^1], measurement]) > limits.Memory)
                passes.Add([]);
            passes[^1].Add(measurement);
        }

        var others = ((TrianglesOfMatrix * copies) - 1) * measurements.Sum(measurement => measurement.Bytes);
        return new(passes, isShared ? tensors : null, IsInMemory: Bytes(measurements) + others <= limits.Memory);

        // What does not fit together is factorized one by one.
        long Bytes(IReadOnlyList<LayerMeasurement> pass) => pass.Sum(measurement => measurement.Bytes)
            + pass.Max(measurement => measurement.BytesOfMatrices) + Shown(isShared ? tensors : pass.SelectMany(measurement => measurement.Tensors).Distinct());

        // ONNX Runtime's copy and ours.
        long Shown(IEnumerable<string> tensors) => 2 * tensors.Sum(tensor => sizes[tensor]);
    }
}
