namespace CompressTasks.Reporting;

/// <summary>The one length of a cache that samples have.</summary>
/// <param name="Input">The cache, as the model gets it.</param>
/// <param name="Output">The cache, as the model gives it.</param>
/// <param name="Length">How many earlier steps it holds.</param>
internal sealed record PastLength(string Input, string Output, long Length);
