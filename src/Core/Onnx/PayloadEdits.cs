using CompressTasks.IO;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;
using Google.Protobuf;

namespace CompressTasks.Onnx;

/// <summary>The edits that take one weight's payload out of the main file.</summary>
internal static class PayloadEdits
{
    /// <summary>Leaves a hole where the payload is. Changes nothing else.</summary>
    public static MessageEdit InPlace(OnnxWeight weight) => new(weight.Message, (int)weight.Offset, (int)weight.PayloadBytes, [], weight);

    /// <summary>Moves a payload that lies in pieces or as varints to raw_data, where it can have a hole.</summary>
    public static IEnumerable<MessageEdit> AsRawData(OpenedFile file, OnnxWeight weight)
    {
        byte[] rawData =
            [.. WireWriter.Tag(FieldNumbers.Tensor.RawData, WireType.LengthDelimited), .. WireWriter.Varint((int)weight.PayloadBytes)];
        return Drop(file, weight).Select((drop, index) => index == 0 ? drop with { Literal = rawData, Weight = weight } : drop);
    }

    /// <summary>Leaves the payload where it is and refers to it there, as if it were external data.</summary>
    public static IEnumerable<MessageEdit> Refer(OpenedFile file, OnnxWeight weight)
    {
        var reference = ExternalReference.ToFields(Path.GetFileName(file.Path), weight.Offset, weight.PayloadBytes);
        return Drop(file, weight).Select((drop, index) => index == 0 ? drop with { Literal = reference } : drop);
    }

    /// <summary>Writes a number into a tensor's <c>doc_string</c>.</summary>
    public static MessageEdit Mark(OnnxWeight weight, int number) => new(
        weight.Message, weight.Message.End, 0, new TensorProto { DocString = FormattableString.Invariant($"{number}") }.ToByteArray(), null);

    /// <summary>Drops the data fields altogether, neighbours at once.</summary>
    public static List<MessageEdit> Drop(OpenedFile file, OnnxWeight weight)
    {
        var typed = TensorData.FieldOf(weight.ElementType);
        var drops = new List<MessageEdit>();
        var reader = new WireReader(file.Path, file.Bytes, weight.Message);
        while (reader.TryRead(out var field))
        {
            // An empty raw_data goes as well: after a new one it would be the one that counts.
            if (!TensorData.Holds(field, typed) && !TensorData.Holds(field, TensorProto.RawDataFieldNumber))
                continue;
            var length = field.End - field.TagOffset;
            if (drops.Count > 0 && drops[^1].Offset + drops[^1].Length == field.TagOffset)
                drops[^1] = drops[^1] with { Length = drops[^1].Length + length };
            else
                drops.Add(new MessageEdit(weight.Message, field.TagOffset, length, [], null));
        }

        return drops;
    }
}
