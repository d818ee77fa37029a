using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CompressTasks.Media;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
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

    /// <summary>Every chunk is whole, but the compressed rows end too early.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void APngWithoutItsLastRowsIsNone(bool isInterlaced)
    {
        Save("a.png", 9, 6, [.. Enumerable.Range(0, 54).Select(i => new Rgb24((byte)i, 2, 3))], isInterlaced);
        new ImageDecoder().Read(_work["a.png"], (width, height) => (width, height)).Height.ShouldBe(6);
        File.WriteAllBytes(_work["a.png"], WithRows(File.ReadAllBytes(_work["a.png"]), rows => rows[..^1]));
        Should.Throw<InvalidDataException>(() => new ImageDecoder().Read(_work["a.png"], (width, height) => (width, height))).Message.ShouldBe("it is cut off");
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(5, 3)]
    [InlineData(8, 8)]
    [InlineData(17, 9)]
    public void AnInterlacedPngIsThePicture(int width, int height)
    {
        Rgb24[] pixels = [.. Enumerable.Range(0, width * height).Select(i => new Rgb24((byte)i, (byte)(2 * i), (byte)(3 * i)))];
        Save("a.png", width, height, pixels, isInterlaced: true);
        new ImageDecoder().Read(_work["a.png"], (w, h) => (w, h)).Pixels.ShouldBe(pixels.SelectMany(pixel => (byte[])[pixel.R, pixel.G, pixel.B]));
    }

    /// <summary>ImageSharp would read for ever, or other pixels.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 9)]
    public void AnInterlacedPngThatTheDecoderCannotReadIsAnError(int width, int height)
    {
        Save("a.png", width, height, new Rgb24[width * height]);
        var file = File.ReadAllBytes(_work["a.png"]);
        file[28] = 1;
        File.WriteAllBytes(_work["a.png"], file);
        Should.Throw<InvalidDataException>(() => new ImageDecoder().Read(_work["a.png"], (w, h) => (w, h)))
            .Message.ShouldBe("it is interlaced and narrower than 5 pixels; save it without interlacing");
    }

    [Theory]
    [InlineData(PngColorType.Grayscale, PngBitDepth.Bit1)]
    [InlineData(PngColorType.Palette, PngBitDepth.Bit4)]
    [InlineData(PngColorType.GrayscaleWithAlpha, PngBitDepth.Bit16)]
    [InlineData(PngColorType.RgbWithAlpha, PngBitDepth.Bit8)]
    public void APngOfAnyDepthIsWhole(PngColorType color, PngBitDepth bits)
    {
        using (var image = Image.LoadPixelData(Enumerable.Repeat(new Rgb24(255, 255, 255), 63).ToArray(), 9, 7))
            image.Save(_work["a.png"], new PngEncoder { ColorType = color, BitDepth = bits });
        new ImageDecoder().Read(_work["a.png"], (width, height) => (width, height)).Pixels.ShouldAllBe(value => value == 255);
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

    [Fact]
    public void WhatIsNoPictureIsSaidShortly()
    {
        Save("a.png", 2, 1, [new(1, 2, 3), new(4, 5, 6)]);
        var empty = File.ReadAllBytes(_work["a.png"]);
        empty.AsSpan(16, 8).Clear();
        File.WriteAllBytes(_work["a.png"], empty);
        Message("a.png").ShouldBe("it has 0 × 0 pixels");
        _work.Write("b.png", "no picture");
        Message("b.png").ShouldBe("it is of no format that is read: BMP, GIF, JPEG, PBM, PNG, TGA, TIFF or WebP");

        // BMP: the height at byte 22.
        Save("c.bmp", 1, 1, [new(1, 2, 3)]);
        var tall = File.ReadAllBytes(_work["c.bmp"]);
        BinaryPrimitives.WriteInt32LittleEndian(tall.AsSpan(18), 60_000);
        BinaryPrimitives.WriteInt32LittleEndian(tall.AsSpan(22), 60_000);
        BinaryPrimitives.WriteInt32LittleEndian(tall.AsSpan(30), 1);
        File.WriteAllBytes(_work["c.bmp"], tall);
        Message("c.bmp").ShouldBe("it has 60000 × 60000 pixels, and at most 268435456 are read");
    }

    /// <summary>The first has no bits for a pixel, which the decoder divides by; of the other zlib says that it is none.</summary>
    [Theory]
    [InlineData("Qk0AAAAAAAAAAAAAAAAoAAAADQAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("iVBORwAAAAAAAAANSUhEUgAAAA0AAAAJAAAAAAAAAAAAAAAACQAAAAAAAAAAAAAAAAAAAAAAAAAAe0lEQVR4fQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void WhatTheDecoderStumblesOverIsNoPicture(string file)
    {
        File.WriteAllBytes(_work["a.png"], Convert.FromBase64String(file));
        Should.Throw<InvalidDataException>(() => new ImageDecoder().Read(_work["a.png"], (width, height) => (width, height)));
    }

    /// <summary>One pixel wide and many high: to cover the frame, it would become gigabytes.</summary>
    [Fact]
    public void AStripeIsNotBlownUp()
    {
        Save("a.png", 1, 20_000, new Rgb24[20_000]);
        Should.Throw<InvalidDataException>(() => new ImageDecoder().Read(_work["a.png"], (_, _) => (224, 4_480_000)))
            .Message.ShouldContain("224 × 4480000 pixels");
    }

    private string Message(string name) =>
        Should.Throw<InvalidDataException>(() => new ImageDecoder().Read(_work[name], (width, height) => (width, height))).Message;

    private void Save(string name, int width, int height, Rgb24[] pixels, bool isInterlaced = false)
    {
        using var image = Image.LoadPixelData(pixels, width, height);
        if (isInterlaced)
            image.Save(_work[name], new PngEncoder { InterlaceMethod = PngInterlaceMode.Adam7 });
        else
            image.Save(_work[name]);
    }

    /// <summary>The file with one IDAT chunk, of other rows: filter bytes and pixels, before they are compressed.</summary>
    private static byte[] WithRows(byte[] png, Func<byte[], byte[]> change)
    {
        var chunks = new List<(string Type, byte[] Content)>();
        for (var at = 8; at < png.Length; at += 12 + chunks[^1].Content.Length)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks.Add((Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]));
        }

        using var inflated = new MemoryStream();
        using (var rows = new ZLibStream(new MemoryStream([.. chunks.Where(chunk => chunk.Type == "IDAT").SelectMany(chunk => chunk.Content)]), CompressionMode.Decompress))
            rows.CopyTo(inflated);
        using var deflated = new MemoryStream();
        using (var rows = new ZLibStream(deflated, CompressionLevel.Optimal))
            rows.Write(change(inflated.ToArray()));
        chunks.RemoveAll(chunk => chunk.Type == "IDAT");
        chunks.Insert(chunks.Count - 1, ("IDAT", deflated.ToArray()));
        return [.. png[..8], .. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Content))];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(type), .. content];
        var crc = uint.MaxValue;
        foreach (var value in checkedPart)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        var (length, check) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, ~crc);
        return [.. length, .. checkedPart, .. check];
    }
}
