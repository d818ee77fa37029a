using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

/// <summary>Pictures and sounds as samples of a spec.</summary>
public sealed class MediaSpecTests
{
    private static SamplesSpec Parse(string samples) => SpecParsing.Parse(Yaml(samples)).Gate!.Outputs.ShouldNotBeNull().Samples;

    private static string Yaml(string samples) => $"models: [ m.onnx ]\ngate:\n  outputs: {{ samples: {samples} }}";

    [Fact]
    public void PicturesHaveTheirDefaults()
    {
        var images = Parse("{ images: 'photos/*.jpg' }").ShouldBeOfType<ImageSamplesSpec>();
        (images.Pattern, images.Input, images.Resize, images.Color, images.Scale, images.Layout, images.Shorter, images.Padding)
            .ShouldBe(("photos/*.jpg", null, ImageResize.Stretch, ImageColor.Rgb, null, null, null, (byte)0));
        (images.Size.Count, images.Mean.Single(), images.Std.Single()).ShouldBe((0, 0, 1));
    }

    [Fact]
    public void PicturesHaveTheirKeys()
    {
        var images = Parse(
            "{ images: { path: 'a\\b.png', input: x, size: [ 200, 224 ], resize: crop, shorter: 256, padding: 114, color: bgr, scale: 1,"
            + " mean: [ 1, 2, 3 ], std: 58, layout: NHWC, constants: { size: 224 } } }").ShouldBeOfType<ImageSamplesSpec>();
        (images.Pattern, images.Input, images.Resize, images.Color, images.Scale, images.Layout, images.Shorter, images.Padding)
            .ShouldBe(("a/b.png", "x", ImageResize.Crop, ImageColor.Bgr, 1, ImageLayout.Nhwc, 256, (byte)114));
        images.Size.ShouldBe([200, 224]);
        images.Mean.ShouldBe([1, 2, 3]);
        images.Std.ShouldBe([58]);
        images.Constants.Select(constant => (constant.Input, constant.Value)).ShouldBe([("size", 224)]);
    }

    [Fact]
    public void SoundsHaveTheirKeys()
    {
        var audio = Parse("{ audio: { path: 's/*.wav', rate: 16000, window: 512, hop: 256, context: 64, scale: 32768, constants: { sr: 16000 } },"
            + " feedback: { state: stateN } }").ShouldBeOfType<AudioSamplesSpec>();
        (audio.Pattern, audio.Rate, audio.Window, audio.Hop, audio.Context, audio.Scale).ShouldBe(("s/*.wav", 16000, 512, 256, 64, 32768));
        audio.Sequence.ShouldNotBeNull().Feedback.Single().Output.ShouldBe("stateN");
    }

    [Fact]
    public void TheSameSamplesAreKnownWhereverTheyStand()
    {
        const string Images = "{ images: { path: 'a.png', mean: [ 1, 2, 3 ] } }";
        Parse(Images).IsSameAs(Parse($" {Images}")).ShouldBeTrue();
        Parse(Images).IsSameAs(Parse("{ images: { path: 'a.png', mean: [ 1, 2, 4 ] } }")).ShouldBeFalse();
        Parse("{ audio: { path: a.wav, rate: 8000 } }").IsSameAs(Parse("{ audio: { path: a.wav, rate: 8000 } }")).ShouldBeTrue();
        Parse("{ audio: { path: a.wav, rate: 8000 } }").IsSameAs(Parse("{ audio: { path: a.wav, rate: 8000, window: 9 } }")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("{ audio: { path: a.wav } }", "CT1015: audio needs the key \"rate\"")]
    [InlineData("{ images: a.png, random: {} }", "CT1016")]
    [InlineData("{ images: { path: a.png, std: 0 } }", "CT1011")]
    [InlineData("{ audio: { path: a.wav, rate: 8000 }, feedback: { a: b }, steps: 512 }",
        "CT1028: \"steps\" is for arrays of an .npz; of sounds say audio: { window: 512 }, for so many values in each step")]
    public void MistakesHaveTheirPlace(string samples, string message) =>
        SpecParsing.Errors(Yaml(samples)).ShouldHaveSingleItem().ShouldContain(message);
}
