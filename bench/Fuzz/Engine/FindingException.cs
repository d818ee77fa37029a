namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>A reader has taken an input and given back something that cannot be right.</summary>
#pragma warning disable CA1032 // One without words says nothing.
internal sealed class FindingException(string what) : Exception(what);
#pragma warning restore CA1032
