using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx.External;

/// <summary>A tensor that says its elements lie in another file.</summary>
/// <param name="Message">Its message in the main file.</param>
/// <param name="Owner">What it belongs to.</param>
/// <param name="Location">The file, letter for letter; null when it names none.</param>
/// <param name="Offset">Where in the file, as it says; null when it does not say.</param>
/// <param name="OffsetFields">The entries that say so, by their places in the message.</param>
internal sealed record ExternalTensor(WireMessage Message, TensorOwner Owner, string? Location, string? Offset, IReadOnlyList<WireField> OffsetFields)
{
    /// <summary>Finds every tensor with external data in a main file, without looking at the data.</summary>
    /// <param name="path">What diagnostics call the file.</param>
    /// <param name="file">The main file.</param>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static IReadOnlyList<ExternalTensor> Find(string path, ReadOnlySpan<byte> file)
    {
        var found = new List<FoundTensor>();
        TensorWalker.Walk(path, file, tensor =>
        {
            if (tensor.Header.IsExternal)
                found.Add(tensor);
        });
        var external = new List<ExternalTensor>(found.Count);
        foreach (var tensor in found)
        {
            external.Add(new(
                tensor.Message,
                tensor.Owner,
                tensor.Header.External.GetValueOrDefault("location"),
                tensor.Header.External.GetValueOrDefault("offset"),
                FindOffsets(path, file, tensor.Message)));
        }

        return external;
    }

    private static List<WireField> FindOffsets(string path, ReadOnlySpan<byte> file, WireMessage tensor)
    {
        var fields = new List<WireField>();
        var reader = new WireReader(path, file, tensor);
        while (reader.TryRead(out var field))
        {
            if (field is { IsLengthDelimited: true, Number: FieldNumbers.Tensor.ExternalData }
                && ExternalDataEntry.Read(path, file, tensor.Child(field)).Key == "offset")
                fields.Add(field);
        }

        return fields;
    }
}
