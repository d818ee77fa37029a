namespace CompressTasks.Reporting;

/// <summary>The spec as it was used.</summary>
/// <param name="Path">
/// Relative to the root of the source tree, the folder that holds <c>.git</c>, and without one to the spec's own folder; null when a model was
/// compressed without a spec.
/// </param>
/// <param name="Text">The YAML text; without a spec, that of one which says the same.</param>
/// <param name="Overrides">Values that were not taken from the text.</param>
public sealed record SpecSummary(string? Path, string? Text, IReadOnlyList<SpecOverrideSummary> Overrides);

/// <summary>A value that replaced the spec's.</summary>
/// <param name="Key">The key, such as <c>gate.r2</c>.</param>
/// <param name="Value">The value that was used.</param>
/// <param name="Origin">Who gave it, such as <c>--r2</c>.</param>
public sealed record SpecOverrideSummary(string Key, string Value, string Origin);
