namespace CompressTasks.Outputs.Samples.Media;

/// <summary>Decodes pictures. It is in an assembly of its own, so that apps which only open artifacts do not get it.</summary>
internal interface IImageDecoder
{
    /// <summary>Decodes a picture, turns it upright, and resizes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resized">Gives the lengths that width and height are to have.</param>
    /// <exception cref="InvalidDataException">It is no picture that can be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    RgbImage Read(string path, Func<int, int, (int Width, int Height)> resized);
}

/// <summary>A picture.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Pixels">Red, green and blue of each pixel, row by row.</param>
internal sealed record RgbImage(int Width, int Height, byte[] Pixels);

/// <summary>The decoder of this process.</summary>
internal static class ImageDecoding
{
    /// <summary>Null where the program has none.</summary>
    public static IImageDecoder? Decoder { get; set; }
}
