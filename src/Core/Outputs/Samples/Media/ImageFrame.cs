using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples.Media;

/// <summary>How pictures get the size that a model takes.</summary>
/// <param name="Width">The model's.</param>
/// <param name="Height">The model's.</param>
/// <param name="Resize">What is done where the proportions differ.</param>
/// <param name="Shorter">
/// The shorter side of what the middle is cut out of, at least the longer of width and height; null for what just covers them.
/// </param>
/// <param name="Padding">What is around a picture that does not fill the frame.</param>
internal sealed record ImageFrame(int Width, int Height, ImageResize Resize, int? Shorter, byte Padding)
{
    /// <summary>The lengths of a picture before it is cut or padded.</summary>
    public (int Width, int Height) Resized(int width, int height) => Resize switch
    {
        ImageResize.Stretch => (Width, Height),
        ImageResize.Crop when Shorter is { } shorter => width <= height
            ? (shorter, (int)((long)shorter * height / width)) : ((int)((long)shorter * width / height), shorter),
        ImageResize.Crop => Proportional(width, height, Math.Max((double)Width / width, (double)Height / height)),
        _ => Proportional(width, height, Math.Min((double)Width / width, (double)Height / height)),
    };

    /// <summary>Cuts out the middle, or puts the picture into it.</summary>
    public byte[] Fill(RgbImage image)
    {
        if ((image.Width, image.Height) == (Width, Height))
            return image.Pixels;
        var pixels = new byte[3 * Width * Height];
        pixels.AsSpan().Fill(Padding);
        var (left, top) = (Offset(image.Width, Width), Offset(image.Height, Height));
        var columns = Math.Min(image.Width, Width);
        for (var row = 0; row < Math.Min(image.Height, Height); row++)
        {
            var from = 3 * (((row + Math.Max(0, top)) * image.Width) + Math.Max(0, left));
            var to = 3 * (((row + Math.Max(0, -top)) * Width) + Math.Max(0, -left));
            image.Pixels.AsSpan(from, 3 * columns).CopyTo(pixels.AsSpan(to));
        }

        return pixels;
    }

    /// <summary>How much of a picture is before the frame; negative where the frame begins first.</summary>
    private static int Offset(int image, int frame) => (image - frame) / 2;

    private static (int Width, int Height) Proportional(int width, int height, double factor) =>
        (Math.Max(1, (int)Math.Round(width * factor)), Math.Max(1, (int)Math.Round(height * factor)));
}
