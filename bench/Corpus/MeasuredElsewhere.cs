namespace CompressTasks.Benchmarks.Corpus;

/// <summary>Figures of other coders on the weights of PP-OCRv4 rec, from runs of those coders: this command does not run them.</summary>
internal static class MeasuredElsewhere
{
    /// <summary>NNCodec 0.3.1 with dependent quantization and RDO, every tensor at the target, payload only.</summary>
    public static IReadOnlyList<CodingPoint> NnCodec { get; } = [new(1.534, 0.9, 0.9), new(3.119, 0.99, 0.99), new(4.733, 0.999, 0.999)];

    /// <summary>Block formats of GGUF.</summary>
    public static IReadOnlyList<(string Name, CodingPoint Point)> Gguf { get; } =
    [
        Format("q2_K", 2.63, 0.901),
        Format("q3_K", 3.44, 0.973),
        Format("iq4_xs", 4.25, 0.9925),
        Format("q4_K", 4.50, 0.9939),
        Format("q4_0", 4.50, 0.9898),
        Format("q5_K", 5.50, 0.9984),
        Format("q6_K", 6.56, 0.9996),
        Format("q8_0", 8.50, 0.99995),
    ];

    private static (string Name, CodingPoint Point) Format(string name, double bits, double r2) => (name, new(bits, r2, r2));
}
