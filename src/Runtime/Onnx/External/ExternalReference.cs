using System.Globalization;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx.External;

/// <summary>The fields that a tensor has in place of its elements when these lie in another file.</summary>
internal static class ExternalReference
{
    private const int External = 1;

    /// <param name="location">The file.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="length">Bytes.</param>
    public static byte[] ToFields(string location, long offset, long length) =>
    [
        .. new ExternalDataEntry("location", location).ToField(),
        .. new ExternalDataEntry("offset", offset.ToString(CultureInfo.InvariantCulture)).ToField(),
        .. new ExternalDataEntry("length", length.ToString(CultureInfo.InvariantCulture)).ToField(),
        .. WireWriter.Number(FieldNumbers.Tensor.DataLocation, External),
    ];
}
