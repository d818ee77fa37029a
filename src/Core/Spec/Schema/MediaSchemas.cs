namespace CompressTasks.Spec.Schema;

/// <summary>Samples from pictures and sounds.</summary>
internal static class MediaSchemas
{
    /// <summary>Beyond this no picture fits into an array.</summary>
    private const int LongestSide = 16384;

    private static readonly NumberSchema _side = new(NumberRange.Between(1, LongestSide), IsWhole: true);
    private static readonly NumberSchema _values = new(NumberRange.Between(1, int.MaxValue), IsWhole: true);

    private static readonly KeySchema _input = new("input", new TextSchema("the name of an input"), "The input that gets them.")
    {
        DefaultDescription = "the only one that nothing else gives",
    };

    private static readonly KeySchema _constants = new("constants",
        new NamesSchema(new NumberSchema(NumberRange.Between(-1e15, 1e15)), "a mapping from inputs to numbers, such as sr: 16000"),
        "What other inputs get in every run: all of their elements this number, open axes a length of 1.")
    { DefaultDescription = "none" };

    public static ObjectSchema Images { get; } = new("images", "a path, or a mapping with path",
    [
        new("path", new TextSchema("a path or glob"), "Pictures: JPEG, PNG, BMP, GIF, TIFF, WebP; relative to the spec.")
        { IsRequired = true },
        _input,
        new("size", new ListSchema(_side, "", AllowsSingle: true), "`[height, width]`, or one length for both.")
        { DefaultDescription = "the model's" },
        new("resize", ChoiceSchema.Of<ImageResize>(),
            "`stretch` gives both sides their length; `crop` keeps the proportions and cuts out the middle; `pad` keeps all of the picture, in "
                + "the middle.")
        { Default = "stretch" },
        new("shorter", _side, "With `crop`: the length of the shorter side before the middle is cut out.")
        { DefaultDescription = "what just covers the size" },
        new("padding", new NumberSchema(NumberRange.Between(0, byte.MaxValue), IsWhole: true),
            "With `pad`: what is around the picture, as a byte.") { Default = "0" },
        new("color", ChoiceSchema.Of<ImageColor>(), "The channels, in their order.") { Default = "rgb" },
        new("scale", new NumberSchema(NumberRange.Between(-1e15, 1e15)), "What each byte is multiplied by.")
        { DefaultDescription = "1/255; 1 where the model takes whole numbers" },
        new("mean", new ListSchema(new NumberSchema(NumberRange.Between(-1e15, 1e15)), "", AllowsSingle: true),
            "What is subtracted then, of each channel or of all.") { Default = "0" },
        new("std", new ListSchema(new NumberSchema(NumberRange.MoreThan(0)), "", AllowsSingle: true),
            "What is divided by at last, of each channel or of all.") { Default = "1" },
        new("layout", new ChoiceSchema(["NCHW", "NHWC"]), "Where the channels are.")
        { DefaultDescription = "where the model's shape has them, else NCHW" },
        _constants,
    ])
    {
        TextIsValueOf = "path",
    };

    public static ObjectSchema Audio { get; } = new("audio", "a mapping with path and rate",
    [
        new("path", new TextSchema("a path or glob"), "`.wav` files: PCM of 8, 16, 24 or 32 bits, or float32; relative to the spec.")
        { IsRequired = true },
        new("rate", new NumberSchema(NumberRange.Between(1, 1_000_000), IsWhole: true),
            "The model's sampling rate in Hz; files of another are resampled.") { IsRequired = true },
        _input,
        new("window", _values, "How many values a run gets. With `feedback` the windows of a file are the steps of a sequence.")
        { DefaultDescription = "the whole file" },
        new("hop", _values, "From the beginning of a window to that of the next.") { DefaultDescription = "`window`" },
        new("context", new NumberSchema(NumberRange.Between(0, int.MaxValue), IsWhole: true),
            "How many of the values before a window stand before it; zeros before the first.") { Default = "0" },
        new("scale", new NumberSchema(NumberRange.Between(-1e15, 1e15)), "What values in [-1, 1] are multiplied by.") { Default = "1" },
        _constants,
    ]);
}
