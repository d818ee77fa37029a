using CompressTasks.Outputs.Samples;

namespace CompressTasks.Calibration;

/// <summary>
/// Which of the inputs that a run shows to a layer are added up: one out of each of as many stretches of equal length, at a place that the seed says.
/// The same everywhere, and whatever the threads do.
/// </summary>
/// <param name="Most">How many at most.</param>
/// <param name="Seed">Stands for the layer and the run.</param>
internal readonly record struct InputSampling(long Most, ulong Seed)
{
    /// <summary>Every input.</summary>
    public static InputSampling All { get; } = new(long.MaxValue, 0);

    /// <summary>What each that is taken is multiplied with, so that squares add up to about what those of all would.</summary>
    /// <param name="count">How many inputs there are.</param>
    public double Scale(long count) => count <= Most ? 1 : Math.Sqrt((double)count / Most);

    /// <summary>The places of those that are taken, in their order.</summary>
    /// <param name="count">How many inputs there are.</param>
    public IEnumerable<long> Places(long count)
    {
        var taken = Math.Min(count, Most);
        var random = new SplitMix64(Seed);
        for (var stretch = 0L; stretch < taken; stretch++)
        {
            var first = (long)((Int128)stretch * count / taken);
            var length = (long)((Int128)(stretch + 1) * count / taken) - first;
            yield return length == 1 ? first : first + (long)(random.Next() % (ulong)length);
        }
    }
}
