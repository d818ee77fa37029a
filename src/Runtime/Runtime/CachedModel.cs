namespace CompressTasks.Runtime;

/// <summary>A model in a <see cref="ModelCache"/>.</summary>
/// <param name="Path">The model file, which any ONNX Runtime opens.</param>
/// <param name="Bytes">Of all of its files.</param>
/// <param name="LastUsed">When it was written or opened last.</param>
public sealed record CachedModel(string Path, long Bytes, DateTimeOffset LastUsed);
