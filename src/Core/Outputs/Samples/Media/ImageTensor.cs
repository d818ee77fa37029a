using CompressTasks.Numerics;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples.Media;

/// <summary>Makes the elements of a tensor from pixels: <c>(byte · scale − mean) / std</c>.</summary>
/// <param name="type">Of the elements.</param>
/// <param name="layout">Where the channels are.</param>
/// <param name="color">Which ones.</param>
/// <param name="scale">Of bytes.</param>
/// <param name="mean">One for each channel, or one.</param>
/// <param name="deviation">One for each channel, or one.</param>
internal sealed class ImageTensor(
    ElementType type, ImageLayout layout, ImageColor color, double scale, IReadOnlyList<double> mean, IReadOnlyList<double> deviation)
{
    /// <summary>How many channels pictures of a color have.</summary>
    public static int ChannelsOf(ImageColor color) => color == ImageColor.Gray ? 1 : 3;

    /// <param name="pixels">Red, green and blue of each pixel, row by row.</param>
    public byte[] Elements(ReadOnlySpan<byte> pixels)
    {
        var channels = ChannelsOf(color);
        var count = pixels.Length / 3;
        var values = new double[count * channels];
        for (var i = 0; i < count; i++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                var scaled = Byte(pixels.Slice(3 * i, 3), channel) * scale;
                var value = (scaled - mean[mean.Count == 1 ? 0 : channel]) / deviation[deviation.Count == 1 ? 0 : channel];
                values[layout == ImageLayout.Nchw ? (channel * count) + i : (i * channels) + channel] = value;
            }
        }

        return TensorElements.Of(type, values);
    }

    /// <summary>Gray is the luma of ITU-R BT.601 in 16-bit fixed point, rounded, as common libraries have it.</summary>
    private int Byte(ReadOnlySpan<byte> pixel, int channel) => color switch
    {
        ImageColor.Rgb => pixel[channel],
        ImageColor.Bgr => pixel[2 - channel],
        _ => ((19595 * pixel[0]) + (38470 * pixel[1]) + (7471 * pixel[2]) + 0x8000) >> 16,
    };
}
