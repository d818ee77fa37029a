using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>Samples that are made from pictures or sounds.</summary>
/// <param name="Pattern">A file or a glob, relative to the spec's folder, with <c>/</c> between folders.</param>
/// <param name="At">Where the spec names it.</param>
internal abstract record MediaSamplesSpec(string Pattern, SourceLocation At) : SamplesSpec(At)
{
    /// <summary>The input that gets them; null for the only one that nothing else gives.</summary>
    public string? Input { get; init; }

    /// <summary>What other inputs get in every run.</summary>
    public IReadOnlyList<InputConstantSpec> Constants { get; init; } = [];

    /// <summary>Whether the name may stand for several files.</summary>
    public bool IsGlob => Pattern.Contains('*', StringComparison.Ordinal);

    private protected override bool HasSameValues(SamplesSpec other) =>
        other is MediaSamplesSpec media && IsSamePath(media.Pattern, Pattern) && media.Input == Input
        && media.Constants.Select(constant => (constant.Input, constant.Value))
            .SequenceEqual(Constants.Select(constant => (constant.Input, constant.Value)));
}

/// <summary>The value of an input, the same for all of its elements.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Value">The value.</param>
/// <param name="At">Where the spec names the input.</param>
internal sealed record InputConstantSpec(string Input, double Value, SourceLocation At);

/// <summary>Pictures.</summary>
/// <param name="Pattern">A file or a glob.</param>
/// <param name="At">Where the spec names it.</param>
internal sealed record ImageSamplesSpec(string Pattern, SourceLocation At) : MediaSamplesSpec(Pattern, At)
{
    /// <summary>Height and width, or one length for both; empty for those of the model.</summary>
    public IReadOnlyList<int> Size { get; init; } = [];

    public ImageResize Resize { get; init; }

    /// <summary>The length of the shorter side before the middle is cut out; null for what just covers the size.</summary>
    public int? Shorter { get; init; }

    /// <summary>What is around a picture that does not fill the size, 0 to 255.</summary>
    public byte Padding { get; init; }

    public ImageColor Color { get; init; }

    /// <summary>What a byte is multiplied by; null for 1/255, and for 1 where the model takes whole numbers.</summary>
    public double? Scale { get; init; }

    /// <summary>What is subtracted then, of each channel or of all.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0];

    /// <summary>What is divided by at last, of each channel or of all; more than 0.</summary>
    public IReadOnlyList<double> Std { get; init; } = [1];

    /// <summary>Null for what the model's shape says.</summary>
    public ImageLayout? Layout { get; init; }

    private protected override bool HasSameValues(SamplesSpec other) =>
        base.HasSameValues(other) && other is ImageSamplesSpec image && image.Size.SequenceEqual(Size)
        && (image.Resize, image.Shorter, image.Padding, image.Color, image.Scale, image.Layout) == (Resize, Shorter, Padding, Color, Scale, Layout)
        && image.Mean.SequenceEqual(Mean) && image.Std.SequenceEqual(Std);
}

/// <summary>How a picture gets its size.</summary>
internal enum ImageResize
{
    /// <summary>Both sides are resized, each by itself.</summary>
    Stretch,

    /// <summary>The middle is cut out.</summary>
    Crop,

    /// <summary>All is kept, in the middle.</summary>
    Pad,
}

/// <summary>The channels, in their order.</summary>
internal enum ImageColor
{
    Rgb,
    Bgr,
    Gray,
}

/// <summary>Where the channels are.</summary>
internal enum ImageLayout
{
    /// <summary>Before height and width.</summary>
    Nchw,

    /// <summary>Behind them.</summary>
    Nhwc,
}

/// <summary>Sounds.</summary>
/// <param name="Pattern">A file or a glob.</param>
/// <param name="Rate">The model's, in Hz.</param>
/// <param name="At">Where the spec names them.</param>
internal sealed record AudioSamplesSpec(string Pattern, int Rate, SourceLocation At) : MediaSamplesSpec(Pattern, At)
{
    /// <summary>Values in each run; null for all of a file.</summary>
    public int? Window { get; init; }

    /// <summary>From the beginning of a window to that of the next; null for the window.</summary>
    public int? Hop { get; init; }

    /// <summary>Values before each window that go with it.</summary>
    public int Context { get; init; }

    /// <summary>What values in [−1, 1] are multiplied by.</summary>
    public double Scale { get; init; } = 1;

    private protected override bool HasSameValues(SamplesSpec other) =>
        base.HasSameValues(other) && other is AudioSamplesSpec audio
        && (audio.Rate, audio.Window, audio.Hop, audio.Context, audio.Scale) == (Rate, Window, Hop, Context, Scale);
}
