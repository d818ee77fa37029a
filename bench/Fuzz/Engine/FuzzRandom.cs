using CompressTasks.Outputs.Samples;

namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>What mutators draw: the same from the same seed, whatever the version of .NET.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private readonly SplitMix64 _numbers = new(seed);

    public ulong Next() => _numbers.Next();

    /// <summary>A number below <paramref name="count"/>, which is at least 1.</summary>
    public int Below(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    /// <summary>True once in <paramref name="times"/>.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>1 with a chance of a half, 2 with one of a quarter and so on.</summary>
    public int Geometric(int most)
    {
        var count = 1;
        while (count < most && (Next() & 1) != 0)
            count++;
        return count;
    }
}
