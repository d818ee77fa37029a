namespace CompressTasks.Spec;

/// <summary>A value that replaced one of the spec's text.</summary>
/// <param name="Key">The key, such as <c>gate.r2</c>.</param>
/// <param name="Value">The value that is used.</param>
/// <param name="Origin">Who gave it, such as <c>--r2</c>.</param>
internal sealed record SpecOverride(string Key, string Value, string Origin);
