using CompressTasks.Outputs.Samples.Media;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace CompressTasks.Media;

/// <summary>Decodes pictures by ImageSharp.</summary>
internal sealed class ImageDecoder : IImageDecoder
{
    /// <summary>More than any camera takes; each takes some bytes of memory.</summary>
    private const long MostPixels = 1 << 28;

    /// <summary>Of what the decoder says, which may be a list of pages.</summary>
    private const int LongestReason = 200;

    public RgbImage Read(string path, Func<int, int, (int Width, int Height)> resized)
    {
        var file = File.ReadAllBytes(path);
        try
        {
            PictureEnd.Require(file);
            if (Image.Identify(file) is not { } header)
                throw new InvalidDataException("it is of no format that is read: BMP, GIF, JPEG, PBM, PNG, TGA, TIFF or WebP");
            RequirePixels("it has", header.Width, header.Height);
            using var image = Image.Load<Rgb24>(file);
            image.Mutate(context => context.AutoOrient());
            var (width, height) = resized(image.Width, image.Height);
            RequirePixels("in the proportions of the model's input it would have", width, height);
            if ((width, height) != (image.Width, image.Height))
            {
                // A triangle as wide as the pixels that become one: bilinear, with antialiasing.
                image.Mutate(context => context.Resize(width, height, KnownResamplers.Triangle));
            }

            var pixels = new byte[3 * width * height];
            image.CopyPixelDataTo(pixels);
            return new(width, height, pixels);
        }
        catch (Exception error) when (error is not (InvalidDataException or OutOfMemoryException))
        {
            // Some decoders stumble over damage rather than notice it, in ways that nobody has listed.
            throw new InvalidDataException(Reason(error), error);
        }
    }

    private static void RequirePixels(string what, int width, int height)
    {
        if ((long)width * height > MostPixels)
            throw new InvalidDataException(FormattableString.Invariant($"{what} {width} × {height} pixels, and at most {MostPixels} are read"));
    }

    private static string Reason(Exception error)
    {
        var line = error.Message.Split('\n')[0].TrimEnd('\r');
        return line.Length <= LongestReason ? line : $"{line[..LongestReason]}…";
    }
}
