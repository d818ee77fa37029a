namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>SplitMix64 (Steele, Lea and Flood, 2014): the same numbers from the same seed, whatever the version of .NET.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

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
