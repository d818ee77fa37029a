using CompressTasks.Artifacts;
using Google.Protobuf;
using Wire = CompressTasks.Artifacts.Wire;

namespace CompressTasks.Core.Tests.Artifacts;

/// <summary>The index is written by the protobuf library and read by hand.</summary>
public sealed class ArtifactIndexTests
{
    private static readonly ArtifactWeight _weight = new("größe/w", 16, [3, 1L << 39, 0], [new(1, (1L << 40) - 1, int.MaxValue), new(0, 0, 1)],
        PayloadHash.Of("abc"u8), "gaussian > pca");

    private static readonly ArtifactIndex _index = new(
        "CompressTasks 0.1.0",
        [new("model.onnx", 1L << 40, new string('e', 64)), new("data/w.bin", 0)],
        [new(_weight, new(1L << 41, int.MaxValue, uint.MaxValue)), new(_weight with { Path = "", Dims = [], Stack = "" }, default)],
        new(16, 5, 7));

    [Fact]
    public void EveryFieldComesBack() => ShouldBeTheIndex(FromBytes(ArtifactIndexWriter.ToBytes(_index)));

    [Fact]
    public void ShapesThatAreNotPackedAreRead()
    {
        // Field 3 of a weight, one varint at a time; field 6 is its hash.
        byte[] weight = [0x18, 0x05, 0x18, 0x80, 0x01, 0x32, 0x10, .. new byte[16]];

        FromBytes([0x1A, (byte)weight.Length, .. weight]).Entries[0].Weight.Dims.ShouldBe([5, 128]);
    }

    /// <summary>Offset 5 in one message, length 9 in another: protobuf joins them.</summary>
    [Fact]
    public void AMessageInTwoPartsIsJoinedAsProtobufDoes()
    {
        byte[] weight = [0x2A, 2, 0x08, 5, 0x2A, 2, 0x10, 9, 0x32, 0x10, .. new byte[16]];
        byte[] index = [0x22, 2, 0x08, 5, 0x1A, (byte)weight.Length, .. weight, 0x22, 2, 0x10, 9];

        FromBytes(index).Skeleton.ShouldBe(new ArtifactChunk(5, 9, 0));
        FromBytes(index).Entries[0].Chunk.ShouldBe(new ArtifactChunk(5, 9, 0));
    }

    [Fact]
    public void FieldsOfLaterVersionsArePassedOver()
    {
        byte[] unknown =
        [
            0x78, 0xFF, 0xFF, 0x03, // field 15, a varint
            0x79, 1, 2, 3, 4, 5, 6, 7, 8, // 64 bits
            0x7A, 2, 9, 9, // bytes
            0x7D, 1, 2, 3, 4, // 32 bits
        ];
        ShouldBeTheIndex(FromBytes([.. unknown, .. ArtifactIndexWriter.ToBytes(_index), .. unknown]));
    }

    [Fact]
    public void TruncatedBytesAreRefusedOrAreAShorterIndexForProtobufAsWell()
    {
        var bytes = ArtifactIndexWriter.ToBytes(_index);
        for (var length = 0; length < bytes.Length; length++)
        {
            var part = bytes.AsSpan(0, length).ToArray();
            if (IsMessage(part))
                FromBytes(part).Entries.Count.ShouldBe(Wire.Index.Parser.ParseFrom(part).Weights.Count);
            else
                Should.Throw<InvalidDataException>(() => FromBytes(part));
        }
    }

    [Theory]
    [InlineData("0B0C")] // a group, which no version has written
    [InlineData("0AFFFFFFFFFFFFFFFFFFFF01")] // a length of more than ten bytes
    [InlineData("0AFFFFFFFF0F00")] // a length beyond the end
    public void WhatIsNoMessageIsRefused(string bytes) =>
        Should.Throw<InvalidDataException>(() => FromBytes(Convert.FromHexString(bytes)));

    [Fact]
    public void ShapeOfTooManyDimensionsIsRefused()
    {
        byte[] weight = [0x1A, 65, .. Enumerable.Repeat((byte)1, 65), 0x32, 0x10, .. new byte[16]];

        Should.Throw<InvalidDataException>(() => FromBytes([0x1A, (byte)weight.Length, .. weight]))
            .Message.ShouldContain("64 dimensions");
    }

    private static bool IsMessage(byte[] bytes)
    {
        try
        {
            Wire.Index.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static void ShouldBeTheIndex(ArtifactIndex index)
    {
        index.Producer.ShouldBe(_index.Producer);
        index.Files.ShouldBe(_index.Files);
        index.Skeleton.ShouldBe(_index.Skeleton);
        index.Entries.Select(e => e.Chunk).ShouldBe(_index.Entries.Select(e => e.Chunk));
        foreach (var (read, written) in index.Entries.Zip(_index.Entries))
        {
            (read.Weight with { Dims = [], Holes = [] }).ShouldBe(written.Weight with { Dims = [], Holes = [] });
            read.Weight.Dims.ShouldBe(written.Weight.Dims);
            read.Weight.Holes.ShouldBe(written.Weight.Holes);
        }
    }

    private static ArtifactIndex FromBytes(ReadOnlySpan<byte> bytes) => ArtifactIndexParser.Parse(bytes, artifactLength: bytes.Length);
}
