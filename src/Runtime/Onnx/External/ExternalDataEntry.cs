using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx.External;

/// <summary>One key of a tensor's external_data, and its value.</summary>
internal readonly record struct ExternalDataEntry(string Key, string Value)
{
    /// <param name="path">What diagnostics call the file.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="entry">The entry's place in it.</param>
    /// <exception cref="Diagnostics.CompressException">The entry is damaged.</exception>
    public static ExternalDataEntry Read(string path, ReadOnlySpan<byte> file, WireMessage entry)
    {
        var (key, value) = ("", "");
        var reader = new WireReader(path, file, entry);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            var text = field.Text(file);
            if (field.Number == FieldNumbers.StringStringEntry.Key)
                key = text;
            else if (field.Number == FieldNumbers.StringStringEntry.Value)
                value = text;
        }

        return new(key, value);
    }

    /// <summary>A tensor's field with this entry.</summary>
    public byte[] ToField() => WireWriter.Content(
        FieldNumbers.Tensor.ExternalData,
        [.. WireWriter.Text(FieldNumbers.StringStringEntry.Key, Key), .. WireWriter.Text(FieldNumbers.StringStringEntry.Value, Value)]);
}
