namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>What a decoder needs to know of a scale class, in one place.</summary>
internal struct ClassEntry
{
    /// <summary>Of <see cref="Activity.ReciprocalOf"/>.</summary>
    public uint Reciprocal;

    /// <summary>Of <see cref="ScaleClass.ContextOf"/>.</summary>
    public byte Context;

    /// <summary>Of <see cref="ScaleClass.ShiftOf"/>.</summary>
    public byte Shift;

    /// <summary>The entry of every byte, those that are no class included.</summary>
    public static ClassEntry[] Table { get; } = Create();

    private static ClassEntry[] Create()
    {
        var table = new ClassEntry[256];
        for (var scaleClass = 0; scaleClass < table.Length; scaleClass++)
            table[scaleClass] = new()
            {
                Reciprocal = Activity.ReciprocalOf[scaleClass],
                Context = ScaleClass.ContextOf[scaleClass],
                Shift = ScaleClass.ShiftOf[scaleClass]
            };
        return table;
    }
}
