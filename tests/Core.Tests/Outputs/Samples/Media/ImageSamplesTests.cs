using System.Runtime.InteropServices;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples.Media;
using CompressTasks.Spec;
using static CompressTasks.Core.Tests.Outputs.Samples.SampleErrors;

namespace CompressTasks.Core.Tests.Outputs.Samples.Media;

/// <summary>What becomes of decoded pictures; the decoder is another assembly's.</summary>
public sealed class ImageSamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImageSamplesTests()
    {
        _folder.Write("b.raw", [1]);
        _folder.Write("B.raw", [2]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ChannelsComeBeforePixelsUnlessTheModelHasThemBehind()
    {
        Values(Open(Spec(), Input(-1, 3, 1, 2))).ShouldBe([[2, 5, 3, 6, 4, 7], [1, 4, 2, 5, 3, 6]]);
        Values(Open(Spec(), Input(-1, 1, 2, 3))).ShouldBe([[2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6]]);
        Values(Open(Spec() with { Color = ImageColor.Bgr }, Input(3, 1, 2))).ShouldBe([[4, 7, 3, 6, 2, 5], [3, 6, 2, 5, 1, 4]]);
    }

    [Fact]
    public void GrayIsTheRoundedLuma() =>
        // 0.299 · 2 + 0.587 · 3 + 0.114 · 4 = 2.815 and 3 more; of the other picture one less.
        Values(Open(Spec() with { Color = ImageColor.Gray }, Input(1, 1, 1, 2))).ShouldBe([[3, 6], [2, 5]]);

    [Fact]
    public void MeanAndDeviationAreThoseOfTheChannels() =>
        Values(Open(Spec() with { Scale = 0.5, Mean = [1, 0, 0.5], Std = [2, 1, 0.25] }, Input(1, 3, 1, 2)))[0]
            .ShouldBe([0, 0.75f, 1.5f, 3, 6, 12]);

    [Fact]
    public void BytesStayBytesWhereTheModelTakesWholeNumbers()
    {
        var samples = Open(Spec() with { Scale = null }, new("x", ElementType.UInt8, [1, 1, 2, 3], ["", "", "", ""]));
        samples.Read(() => 1).Select(sample => sample.Steps[0].Inputs[0].Bytes).ShouldBe([[2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6]]);
        Values(Open(Spec() with { Scale = null }, Input(1, 1, 2, 3)))[0][0].ShouldBe(2 / 255f);
    }

    [Fact]
    public void PicturesShareARunWhereTheBatchIsOpen()
    {
        var run = Open(Spec(), Input(-1, 3, 1, 2)).Read(() => 9).ShouldHaveSingleItem();
        run.Steps[0].Inputs[0].Shape.ShouldBe([2, 3, 1, 2]);
        Open(Spec(), Input(1, 3, 1, 2)).Read(() => 9).Count().ShouldBe(2);
        Open(Spec(), Input(3, 1, 2)).Read(() => 9).Count().ShouldBe(2);
    }

    [Fact]
    public void TheyComeInOrdinalOrderAndAreInputs()
    {
        var samples = Open(Spec(), Input(1, 3, 1, 2));
        samples.Files.ShouldBe([_folder["B.raw"], _folder["b.raw"]]);
        (samples.Summary.Kind, samples.Summary.Path, samples.Summary.Count).ShouldBe(("images", "*.raw", 2));
        samples.Summary.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([2, 1])));
    }

    [Fact]
    public void OtherInputsGetConstants()
    {
        ModelInput[] inputs = [Input(1, 3, 1, 2), new("size", ElementType.Int64, [-1, 2], ["", ""])];
        var spec = Spec() with { Constants = [new("size", 640, At)] };
        var constant = ImageSamples.Open(spec, Folder, inputs, new Decoder()).Read(() => 1).First().Steps[0].Inputs[1];
        constant.Shape.ShouldBe([1, 2]);
        MemoryMarshal.Cast<byte, long>(constant.Bytes).ToArray().ShouldBe([640, 640]);
        Message("CT1542", () => ImageSamples.Open(Spec(), Folder, inputs, new Decoder())).ShouldBe(
            "the model has the inputs \"x\" (float32 [1, 3, 1, 2]) and \"size\" (int64 [?, 2]); say by \"input\" which gets the samples, and by "
                + "\"constants\" what the others get");
        Message("CT1542", () => ImageSamples.Open(Spec() with { Input = "x" }, Folder, inputs, new Decoder()))
            .ShouldBe("nothing gives the model's input \"size\" (int64 [?, 2]); add to \"constants\", or write an .npz by SampleWriter");
        Message("CT1545", () => ImageSamples.Open(Spec() with { Constants = [new("size", 0.5, At)] }, Folder, inputs, new Decoder()))
            .ShouldBe("the constant 0.5 is for \"size\" of int64; give a whole number that it can hold");
        Message("CT1505", () => ImageSamples.Open(Spec() with { Constants = [new("sise", 1, At)] }, Folder, inputs, new Decoder()))
            .ShouldBe("the model has no input \"sise\"; did you mean \"size\"?");
    }

    [Fact]
    public void WhatDoesNotFitIsSaid()
    {
        Message("CT1540", () => ImageSamples.Open(Spec(), Folder, [Input(1, 3, 1, 2)], null))
            .ShouldStartWith("pictures are decoded by dotnet compress");
        Message("CT1543", () => Open(Spec(), Input(1, 3, -1, -1)))
            .ShouldBe("the model's input \"x\" is [1, 3, ?, ?], and no height and width can be told from it; say size: [height, width]");
        Message("CT1543", () => Open(Spec(), Input(1, 1, 4, 4)))
            .ShouldBe("the model's input \"x\" is [1, 1, 4, 4], and the pictures become [3, 4, 4]; correct \"size\", \"color\" or \"layout\"");
        Message("CT1543", () => Open(Spec(), Input(2, 3, 1, 2))).ShouldContain("pictures come one by one; for a fixed batch write an .npz");
        Message("CT1543", () => Open(Spec(), Input(-1, 64))).ShouldContain("pictures have three axes, or four with the batch");
        Message("CT1543", () => Open(Spec() with { Mean = [1, 2] }, Input(1, 3, 1, 2)))
            .ShouldBe("\"mean\" has 2 numbers for 3 channels; give one, or one for each");
        Message("CT1543", () => Open(Spec() with { Size = [1, 2, 3] }, Input(1, 3, 1, 2))).ShouldStartWith("\"size\" has 3 numbers");
        Message("CT1543", () => Open(Spec() with { Shorter = 3 }, Input(1, 3, 4, 4))).ShouldContain("\"shorter\" is 3");
        Message("CT1543", () => Open(Spec() with { Sequence = new([], [], [], [], At) }, Input(1, 3, 1, 2)))
            .ShouldStartWith("each picture is a sample of its own");
        Message("CT1502", () => Open(Spec("*.jpg"), Input(1, 3, 1, 2))).ShouldStartWith("no samples: no file matches \"*.jpg\"");
        Message("CT1502", () => Open(Spec("a.jpg"), Input(1, 3, 1, 2))).ShouldStartWith("no samples: \"a.jpg\" is not there");
        Message("CT1541", () => Open(Spec("."), Input(1, 3, 1, 2)))
            .ShouldBe("\".\" is a folder; say which of its files are meant, such as \"./*.*\"");
    }

    [Fact]
    public void ADamagedPictureIsNamed()
    {
        _folder.Write("a.raw", []);
        Message("CT1541", () => Open(Spec(), Input(1, 3, 1, 2)))
            .ShouldBe("the picture \"a.raw\" cannot be read: no pixels; repair it, or leave it out");
    }

    private string Folder => Path.GetDirectoryName(_folder["x"])!;

    private static ImageSamplesSpec Spec(string path = "*.raw") => new(path, At) { Scale = 1 };

    private static ModelInput Input(params long[] shape) => new("x", ElementType.Float, shape, [.. shape.Select(_ => "")]);

    private ImageSamples Open(ImageSamplesSpec spec, ModelInput input) => ImageSamples.Open(spec, Folder, [input], new Decoder());

    private static List<float[]> Values(ImageSamples samples) =>
        [.. samples.Read(() => 1).Select(sample => MemoryMarshal.Cast<byte, float>(sample.Steps[0].Inputs[0].Bytes).ToArray())];

    /// <summary>A picture of the size that is asked for, whose bytes count from the only one of its file.</summary>
    private sealed class Decoder : IImageDecoder
    {
        public RgbImage Read(string path, Func<int, int, (int Width, int Height)> resized)
        {
            if (File.ReadAllBytes(path) is not [var first])
                throw new InvalidDataException("no pixels.");
            var (width, height) = resized(100, 100);
            return new(width, height, [.. Enumerable.Range(first, 3 * width * height).Select(value => (byte)value)]);
        }
    }
}
