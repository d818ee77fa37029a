using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Onnx;

/// <summary>Beside Google.Protobuf, which writes the same bytes.</summary>
public sealed class WireWriterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(300)]
    [InlineData(int.MaxValue)]
    public void NumbersAreAsShortAsProtobufWritesThem(int value)
    {
        WireWriter.Number(14, value).ShouldBe(Written(output =>
        {
            output.WriteTag(14, WireFormat.WireType.Varint);
            output.WriteInt32(value);
        }));
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(15, "größe/w")]
    [InlineData(16, "a number of two bytes in the tag")]
    public void TextsHaveTheLengthOfTheirBytes(int number, string text)
    {
        WireWriter.Text(number, text).ShouldBe(Written(output =>
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteString(text);
        }));
    }

    [Fact]
    public void AReferenceToExternalDataIsWhatProtobufWrites()
    {
        var tensor = new TensorProto
        {
            DataLocation = 1,
            ExternalData =
            {
                new StringStringEntryProto { Key = "location", Value = "data/w.bin" },
                new StringStringEntryProto { Key = "offset", Value = "1099511627776" },
                new StringStringEntryProto { Key = "length", Value = "4096" },
            },
        };

        ExternalReference.ToFields("data/w.bin", 1L << 40, 4096).ShouldBe(tensor.ToByteArray());
    }

    private static byte[] Written(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            write(output);
        return bytes.ToArray();
    }
}
