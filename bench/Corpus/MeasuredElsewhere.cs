namespace CompressTasks.Benchmarks.Corpus;

/// <summary>Figures of other coders on the weights of the same models, from runs of those coders: this command does not run them.</summary>
internal static class MeasuredElsewhere
{
    /// <summary>NNCodec 0.3.1, the reference software of ISO/IEC 15938-17: every tensor at the target, payload only, bits per weight.</summary>
    public static IReadOnlyList<NnCodecRow> NnCodec { get; } =
    [
        new("rec", 0.9, 1.697, 1.608, 1.534),
        new("rec", 0.99, 3.256, 3.146, 3.119),
        new("rec", 0.999, 4.889, 4.738, 4.733),
        new("det", 0.9, 1.692, 1.610, 1.543),
        new("det", 0.99, 3.292, 3.192, 3.160),
        new("det", 0.999, 4.969, 4.818, 4.815),
    ];

    /// <summary>Block formats of GGUF (ggml, August 2026) on PP-OCRv4 rec, tensors scaled to unit variance.</summary>
    public static IReadOnlyList<GgufRow> Gguf { get; } =
    [
        new("q2_K", 2.63, 0.901),
        new("q3_K", 3.44, 0.973),
        new("iq4_xs", 4.25, 0.9925),
        new("q4_K", 4.50, 0.9939),
        new("q4_0", 4.50, 0.9898),
        new("q5_K", 5.50, 0.9984),
        new("q6_K", 6.56, 0.9996),
        new("q8_0", 8.50, 0.99995),
    ];
}

/// <param name="Model">Key of the model.</param>
/// <param name="R2">R² of every tensor.</param>
/// <param name="Uniform">Bits per weight with its uniform quantizer.</param>
/// <param name="Dependent">With dependent quantization, its default.</param>
/// <param name="DependentRdo">With rate–distortion optimization too, a slow setting that is not its default.</param>
internal sealed record NnCodecRow(string Model, double R2, double Uniform, double Dependent, double DependentRdo);

/// <param name="Name">The format.</param>
/// <param name="Bits">Bits per weight.</param>
/// <param name="R2">R², averaged over the tensors.</param>
internal sealed record GgufRow(string Name, double Bits, double R2);
