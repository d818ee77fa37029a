using CompressTasks.Outputs.Samples.Media;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Outputs.Samples.Media;

public sealed class ImageFrameTests
{
    [Theory]
    [InlineData(ImageResize.Stretch, null, 640, 480, 224, 224)]
    [InlineData(ImageResize.Crop, null, 640, 480, 299, 224)]
    [InlineData(ImageResize.Crop, null, 480, 640, 224, 299)]
    [InlineData(ImageResize.Crop, 256, 640, 480, 341, 256)]
    [InlineData(ImageResize.Crop, 256, 480, 640, 256, 341)]
    [InlineData(ImageResize.Pad, null, 640, 480, 224, 168)]
    [InlineData(ImageResize.Pad, null, 10000, 1, 224, 1)]
    internal void TheProportionsAreKeptUnlessItIsStretched(
        ImageResize resize, int? shorter, int width, int height, int resizedWidth, int resizedHeight) =>
        new ImageFrame(224, 224, resize, shorter, 0).Resized(width, height).ShouldBe((resizedWidth, resizedHeight));

    [Fact]
    public void TheMiddleIsCutOut()
    {
        // Four columns and two rows, of which columns 1 and 2 stay.
        byte[] pixels = [.. new byte[] { 0, 1, 2, 3, 10, 11, 12, 13 }.SelectMany(value => new[] { value, value, value })];
        new ImageFrame(2, 2, ImageResize.Crop, null, 0).Fill(new(4, 2, pixels)).Where((_, i) => i % 3 == 0).ShouldBe([1, 2, 11, 12]);
    }

    [Fact]
    public void ThePictureIsPaddedOnBothSides()
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6];
        new ImageFrame(2, 3, ImageResize.Pad, null, 114).Fill(new(2, 1, pixels))
            .ShouldBe([114, 114, 114, 114, 114, 114, 1, 2, 3, 4, 5, 6, 114, 114, 114, 114, 114, 114]);
    }
}
