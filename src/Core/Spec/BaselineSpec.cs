using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>What reports are compared with.</summary>
/// <param name="Path">A report or an artifact, or a folder of them; relative to the spec.</param>
/// <param name="At">Where that is said; null on a command line.</param>
internal sealed record BaselineSpec(string Path, SourceLocation? At);
