using CompressTasks.Media;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace CompressTasks.Tool.Tests;

public sealed class ImageDecoderTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.bmp")]
    [InlineData("a.tiff")]
    public void PixelsAreThoseOfThePicture(string name)
    {
        Save(name, 2, 1, [new(1, 2, 3), new(250, 128, 0)]);
        var image = new ImageDecoder().Read(_work[name], (width, height) => (width, height));
        (image.Width, image.Height).ShouldBe((2, 1));
        image.Pixels.ShouldBe([1, 2, 3, 250, 128, 0]);
    }

    /// <summary>The decoder would show what there is, and grey for the rest.</summary>
    [Theory]
    [InlineData("a.bmp")]
    [InlineData("a.jpg")]
    [InlineData("a.gif")]
    [InlineData("a.webp")]
    [InlineData("a.png")]
    public void APictureThatIsCutOffIsNone(string name)
    {
        var random = new Random(1);
        Save(name, 64, 64, [.. Enumerable.Range(0, 4096).Select(_ => new Rgb24((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)))]);
        var whole = File.ReadAllBytes(_work[name]);
        new ImageDecoder().Read(_work[name], (width, height) => (width, height)).Width.ShouldBe(64);
        foreach (var length in (int[])[whole.Length - 40, whole.Length / 2, 60])
        {
            File.WriteAllBytes(_work[name], whole[..length]);
            Should.Throw<InvalidDataException>(() => new ImageDecoder().Read(_work[name], (width, height) => (width, height)), $"{length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void AJpegIsAboutThePicture()
    {
        Save("a.jpg", 16, 16, [.. Enumerable.Repeat(new Rgb24(200, 100, 50), 256)]);
        var pixels = new ImageDecoder().Read(_work["a.jpg"], (width, height) => (width, height)).Pixels;
        for (var i = 0; i < pixels.Length; i++)
            ((int)pixels[i]).ShouldBeInRange((i % 3) switch { 0 => 196, 1 => 96, _ => 46 }, (i % 3) switch { 0 => 204, 1 => 104, _ => 54 });
    }

    [Fact]
    public void ASmallerPictureIsTheMeanOfWhatItStandsFor()
    {
        // Stripes as fine as pixels are gray from afar; a filter that only looks at the nearest pixels would see one of them.
        Save("a.png", 64, 64, [.. Enumerable.Range(0, 4096).Select(i => i % 2 == 0 ? new Rgb24(0, 0, 0) : new Rgb24(200, 200, 200))]);
        var image = new ImageDecoder().Read(_work["a.png"], (_, _) => (8, 8));
        image.Pixels.Length.ShouldBe(192);
        image.Pixels.ShouldAllBe(value => value >= 90 && value <= 110);
    }

    [Fact]
    public void ThePictureIsTurnedUpright()
    {
        Rgb24[] stored = [new(1, 1, 1), new(2, 2, 2)];
        using (var image = Image.LoadPixelData(stored, 2, 1))
        {
            // 6: what is stored first is the top of the right side.
            image.Metadata.ExifProfile = new ExifProfile();
            image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
            image.Save(_work["a.png"]);
        }

        var upright = new ImageDecoder().Read(_work["a.png"], (width, height) => (width, height));
        (upright.Width, upright.Height).ShouldBe((1, 2));
        upright.Pixels.ShouldBe([1, 1, 1, 2, 2, 2]);
    }

    [Fact]
    public void DamageIsSaid()
    {
        _work.Write("a.png", "no picture");
        Should.Throw<InvalidDataException>(() => new ImageDecoder().Read(_work["a.png"], (width, height) => (width, height)));
        Save("b.png", 2, 1, [new(1, 2, 3), new(4, 5, 6)]);
        File.WriteAllBytes(_work["b.png"], File.ReadAllBytes(_work["b.png"])[..20]);
        Should.Throw<InvalidDataException>(() => new ImageDecoder().Read(_work["b.png"], (width, height) => (width, height)));
    }

    private void Save(string name, int width, int height, Rgb24[] pixels)
    {
        using var image = Image.LoadPixelData(pixels, width, height);
        image.Save(_work[name]);
    }
}
