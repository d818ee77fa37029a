namespace CompressTasks.Benchmarks.Protection;

/// <summary>What came of one way.</summary>
/// <param name="Bytes">The artifact.</param>
/// <param name="OutputR2">Of all outputs.</param>
/// <param name="Agreement">The share of windows that are speech, or are not, as with the original; null for other models.</param>
internal sealed record ProtectedRun(long Bytes, double OutputR2, double? Agreement);
