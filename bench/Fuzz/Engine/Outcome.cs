namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>What became of an input.</summary>
internal enum Outcome
{
    /// <summary>It was read.</summary>
    Accepted,

    /// <summary>It was refused as documented.</summary>
    Refused,

    /// <summary>It is a finding.</summary>
    Finding,

    /// <summary>It may have taken too much memory: more was allocated, all together, than may be taken at once.</summary>
    Suspect,
}
