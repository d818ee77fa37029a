namespace CompressTasks.Benchmarks.Runnable;

/// <summary>A way to make a model runnable.</summary>
/// <param name="Title">Its name on the page.</param>
/// <param name="Stage">As a spec says it, with <c>CALIBRATION</c> for the samples; null for the original.</param>
/// <param name="Rounding">What takes the place of the rounding of the stage; null for nothing.</param>
internal sealed record RunnableWay(string Title, string? Stage, PlainRounding? Rounding = null)
{
    /// <summary>Stands for the samples that ranges are measured on.</summary>
    public const string Calibration = "CALIBRATION";

    private const string MeasuredStage = $"integer: {{ activations: static, calibration: {Calibration} }}";
    private const string SearchedStage = $"integer: {{ for: outputs, prefer: speed, maxTime: 4 min, calibration: {Calibration} }}";
    private const string Dynamically = "dynamic";
    private const string PerToken = "perToken";
    private const string FourBits = "integer: { bits: 4, activations: none }";

    /// <summary>Operators of which the model that ONNX Runtime makes of it has some, and no layer in float has integers in front of it.</summary>
    public IReadOnlyList<string> Fused { get; private init; } = [];

    /// <summary>Whether its rule is for all weights, and stands alone.</summary>
    public bool IsForAll { get; private init; }

    /// <summary>The stage of embeddings, where they have another; null where not.</summary>
    public string? Embeddings { get; private init; }

    /// <summary>What the outputs must hold on the samples of the calibration, for a search; null for no search.</summary>
    public double? Asked { get; private init; }

    public static RunnableWay Original { get; } = new("float32, the original", Stage: null);

    /// <summary>The original, and those without integers.</summary>
    public static IReadOnlyList<RunnableWay> Floats { get; } =
    [
        Original,
        new("`float16`", "float16"),
        new("`float16: { graph: true }`", "float16: { graph: true }") { IsForAll = true },
    ];

    public static IReadOnlyList<RunnableWay> Dynamic { get; } =
        Rounded(new("`activations: dynamic`", "integer") { Fused = ["DynamicQuantizeMatMul"] });

    public static IReadOnlyList<RunnableWay> Products { get; } =
        Rounded(new("`activations: static`", MeasuredStage) { Fused = ["MatMulIntegerToFloat"] });

    public static IReadOnlyList<RunnableWay> Static { get; } = Rounded(new("`activations: static`", MeasuredStage) { Fused = ["QLinearConv"] });

    public static IReadOnlyList<RunnableWay> Blocks { get; } =
    [
        new("`activations: none`, 8 bits", "integer: { activations: none }") { Fused = ["MatMulNBits"] },
        new("`activations: none`, 4 bits", FourBits) { Fused = ["MatMulNBits"] },
        new("the same, `calibration`", $"integer: {{ bits: 4, activations: none, calibration: {Calibration} }}") { Fused = ["MatMulNBits"] },
        new("the same, rounded to nearest", FourBits, PlainRounding.PerChannel),
    ];

    /// <summary>As fast as it gets with outputs that are good enough.</summary>
    public static RunnableWay Searched { get; } = new("`for: outputs`, R² 0.98", SearchedStage) { Fused = ["QLinearConv"], Asked = 0.98 };

    /// <summary>The same of a network for pictures whose features are compared with each other.</summary>
    public static RunnableWay SearchedFeatures { get; } = new("`for: outputs`, R² 0.999", SearchedStage) { Fused = ["QLinearConv"], Asked = 0.999 };

    /// <summary>The same of a transformer, whose embeddings become integers for their size.</summary>
    public static IReadOnlyList<RunnableWay> SearchedProducts { get; } =
    [
        Searching("`for: outputs`, R² 0.9987", 0.9987, embeddings: 8),
        Searching("`for: outputs`, R² 0.998, embeddings 6 bits", 0.998, embeddings: 6),
    ];

    /// <summary>Rounded against samples, inputs in steps of their rows, and fewer bits in the same bytes.</summary>
    public static IReadOnlyList<RunnableWay> Coarser { get; } =
    [
        new("`activations: dynamic`, `calibration`", Calibrated(8, Dynamically)) { Fused = ["DynamicQuantizeMatMul"] },
        new("`activations: perToken`", $"integer: {{ activations: {PerToken} }}") { Fused = ["DynamicQuantizeMatMul"] },
        new("the same, `calibration`", Calibrated(8)) { Fused = ["DynamicQuantizeMatMul"] },
        new("the same, embeddings 6 bits", Calibrated(8)) { Fused = ["DynamicQuantizeMatMul"], Embeddings = Calibrated(6, Dynamically) },
        new("7 bits, `calibration`", Calibrated(7)) { Fused = ["DynamicQuantizeMatMul"] },
        new("6 bits, `calibration`", Calibrated(6)) { Fused = ["DynamicQuantizeMatMul"] },
        new("the same, embeddings 5 bits", Calibrated(6)) { Fused = ["DynamicQuantizeMatMul"], Embeddings = Calibrated(5, Dynamically) },
    ];

    private static RunnableWay Searching(string title, double asked, int embeddings) =>
        new(title, SearchedStage) { Fused = ["DynamicQuantizeMatMul"], Asked = asked, Embeddings = Calibrated(embeddings, Dynamically) };

    private static string Calibrated(int bits, string activations = PerToken) =>
        FormattableString.Invariant($"integer: {{ bits: {bits}, activations: {activations}, calibration: {Calibration} }}");

    private static IReadOnlyList<RunnableWay> Rounded(RunnableWay way) =>
    [
        way,
        new("the same, rounded to nearest per channel", way.Stage, PlainRounding.PerChannel),
        new("the same, rounded to nearest per tensor", way.Stage, PlainRounding.PerTensor),
    ];
}

/// <summary>Rounding with the scale at which the largest value is the largest integer.</summary>
internal enum PlainRounding
{
    /// <summary>A scale for each channel or block, as the stage has them.</summary>
    PerChannel,

    /// <summary>One scale for the whole weight.</summary>
    PerTensor,
}
