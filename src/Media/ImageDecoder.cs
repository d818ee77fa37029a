using CompressTasks.Outputs.Samples.Media;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace CompressTasks.Media;

/// <summary>Decodes pictures by ImageSharp.</summary>
internal sealed class ImageDecoder : IImageDecoder
{
    public RgbImage Read(string path, Func<int, int, (int Width, int Height)> resized)
    {
        try
        {
            var file = File.ReadAllBytes(path);
            PictureEnd.Require(file);
            using var image = Image.Load<Rgb24>(file);
            image.Mutate(context => context.AutoOrient());
            var (width, height) = resized(image.Width, image.Height);
            if ((width, height) != (image.Width, image.Height))
            {
                // A triangle as wide as the pixels that become one: bilinear, with antialiasing.
                image.Mutate(context => context.Resize(width, height, KnownResamplers.Triangle));
            }

            var pixels = new byte[3 * width * height];
            image.CopyPixelDataTo(pixels);
            return new(width, height, pixels);
        }
        catch (Exception error) when (error is ImageFormatException or ImageProcessingException or NotSupportedException or OverflowException
            or IndexOutOfRangeException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            // Some decoders stumble over damage rather than notice it.
            throw new InvalidDataException(error.Message, error);
        }
    }
}
