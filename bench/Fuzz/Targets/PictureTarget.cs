using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Media;
using CompressTasks.Outputs.Samples.Media;
using CompressTasks.Spec;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using ImageFrame = CompressTasks.Outputs.Samples.Media.ImageFrame;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>
/// Pictures as samples. Those that declare more pixels than a small one has are not decoded: each takes memory that nobody has promised.
/// </summary>
internal sealed class PictureTarget : IFuzzTarget
{
    private const long MostPixels = 1 << 18;

    private readonly ByteMutator _bytes = new([.. new[]
    {
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "BM", "GIF89a", "\u00FF\u00D8", "\u00FF\u00D9", "\u00FF\u00C0", "\u00FF\u00DA",
    }.Select(System.Text.Encoding.Latin1.GetBytes)]);
    private readonly SampleFolder _folder = new();
    private readonly ImageDecoder _decoder = new();
    private readonly ImageFrame _frame = new(8, 6, ImageResize.Crop, null, 0);

    public string Name => "picture";

    public IReadOnlyList<byte[]> Seeds() =>
    [
        Picture(new PngEncoder()),
        Picture(new PngEncoder { ColorType = PngColorType.Palette }),
        Picture(new PngEncoder { ColorType = PngColorType.Grayscale, BitDepth = PngBitDepth.Bit16 }),
        Picture(new PngEncoder { InterlaceMethod = PngInterlaceMode.Adam7 }),
        Picture(new JpegEncoder()),
        Picture(new BmpEncoder()),
        Picture(new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel8 }),
        Picture(new GifEncoder()),
    ];

    public void Mutate(InputBuffer input, FuzzRandom random) => _bytes.Mutate(input, 0, input.Length, random, keepLength: random.OneIn(2));

    public void Read(ReadOnlyMemory<byte> input)
    {
        if (Pixels(input) > MostPixels)
            return;
        var pixels = _frame.Fill(_decoder.Read(_folder.Write("picture", input.Span), _frame.Resized));
        if (pixels.Length != 3 * _frame.Width * _frame.Height)
            throw new FindingException("a picture that does not fill its frame");
    }

    /// <summary>Documented; readers of samples make a diagnostic of it.</summary>
    public bool Refuses(Exception error) => error is InvalidDataException;

    /// <summary>Three bytes for each pixel.</summary>
    public long Asked(ReadOnlyMemory<byte> input) => input.Length + (3 * Pixels(input));

    public void Dispose() => _folder.Dispose();

    private static long Pixels(ReadOnlyMemory<byte> input)
    {
        try
        {
            // The decoder itself takes a bitmap's word for how long its palette is.
            PictureEnd.Require(input.Span);
            return Image.Identify(input.ToArray()) is { } header ? (long)header.Width * header.Height : 0;
        }
        catch (Exception)
        {
            // Whether the reader stumbles over it too is what is asked.
            return 0;
        }
    }

    private static byte[] Picture(IImageEncoder encoder)
    {
        using var image = new Image<Rgb24>(13, 9);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                image[x, y] = new((byte)(17 * x), (byte)(23 * y), (byte)(x * y));
        }

        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }
}
