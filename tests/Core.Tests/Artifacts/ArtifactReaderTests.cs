using System.Text;
using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;

namespace CompressTasks.Core.Tests.Artifacts;

public sealed class ArtifactReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _artifact;

    public ArtifactReaderTests()
    {
        TinyArtifact.Write(_folder["tiny.onnxz"]);
        _artifact = File.ReadAllBytes(_folder["tiny.onnxz"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ArtifactInMemoryIsReadLikeAFile()
    {
        using var reader = ArtifactReader.Open(_artifact);

        TinyArtifact.RequireIntact(reader);
    }

    [Fact]
    public void WeightsAreReadFromManyThreads()
    {
        using var reader = ArtifactReader.Open(_folder["tiny.onnxz"]);

        Parallel.For(0, 300, i =>
        {
            var payload = new byte[reader.Entries[i % 3].Weight.PayloadLength];
            reader.ReadPayload(reader.Entries[i % 3], TinyArtifact.Decode, payload);
            payload.AsSpan().SequenceEqual(TinyArtifact.Payloads[i % 3]).ShouldBeTrue();
        });
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        for (var length = 0; length < _artifact.Length; length++)
            Should.Throw<CompressException>(() => ArtifactReader.Open(_artifact.AsMemory(0, length))).Diagnostics[0].Code.ShouldStartWith("CT300");
    }

    [Fact]
    public void BytesThatFollowAreRefused() => CodeOf([.. _artifact, 0]).ShouldBe("CT3007");

    [Fact]
    public void EveryFlippedBitIsFound()
    {
        for (var bit = 0; bit < 8 * _artifact.Length; bit++)
        {
            byte[] damaged = [.. _artifact];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            // Checksums find it: no payload is decoded from damaged bytes, so CT3011 and CT3012 are not reached.
            Should.Throw<CompressException>(() => ReadAll(damaged)).Diagnostics[0]
                .Code.ShouldBeOneOf("CT3005", "CT3006", "CT3007", "CT3008", "CT3009", "CT3010");
        }
    }

    [Fact]
    public void DamagedSkeletonIsFoundByItsChecksum()
    {
        byte[] damaged = [.. _artifact];
        using (var intact = ArtifactReader.Open(_artifact))
        {
            var chunks = intact.Entries.Select(e => e.Chunk).ToList();
            damaged[chunks[^1].End] ^= 1; // The skeleton comes after the last weight.
        }

        using var reader = ArtifactReader.Open(damaged);

        var error = Should.Throw<CompressException>(reader.ReadSkeleton).Diagnostics[0];
        error.Code.ShouldBe("CT3009");
        error.Message.ShouldContain("checksum");
    }

    [Fact]
    public void RandomDamageIsFoundOrHarmless()
    {
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++)
        {
            byte[] damaged = [.. _artifact];
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                ReadAll(damaged);
            }
            catch (CompressException exception)
            {
                exception.Diagnostics[0].Code.ShouldStartWith("CT30");
            }
        }
    }

    [Fact]
    public void DamageOfOneWeightLeavesTheOthersReadable()
    {
        byte[] damaged = [.. _artifact];
        using (var intact = ArtifactReader.Open(_artifact))
            damaged[intact.Entries[1].Chunk.Offset] ^= 1;

        using var reader = ArtifactReader.Open(damaged);

        reader.ReadChunk(reader.Entries[0]).ToArray().ShouldBe(TinyArtifact.Encode(TinyArtifact.Payloads[0]));
        var error = Should.Throw<CompressException>(() => reader.ReadChunk(reader.Entries[1])).Diagnostics[0];
        error.Code.ShouldBe("CT3010");
        error.Message.ShouldContain("'graph/half' is damaged: its checksum is wrong");
    }

    [Fact]
    public void DecoderThatGivesOtherBitsIsFound()
    {
        using var reader = ArtifactReader.Open(_artifact);

        Should.Throw<CompressException>(() => reader.ReadPayload(reader.Entries[1], (_, _, payload) => payload.Clear(), new byte[6]))
            .Diagnostics[0].Code.ShouldBe("CT3011");
    }

    [Fact]
    public void ChunkThatTheDecoderRefusesIsNamed()
    {
        using var reader = ArtifactReader.Open(_artifact);

        Should.Throw<CompressException>(() =>
            reader.ReadPayload(reader.Entries[0], (_, _, _) => throw new InvalidDataException("nonsense."), new byte[24]))
            .Diagnostics[0].Message.ShouldContain("'graph/encoder.weight' is damaged: nonsense");
    }

    [Fact]
    public void MissingFileIsRefused() =>
        Should.Throw<CompressException>(() => ArtifactReader.Open(_folder["none.onnxz"])).Diagnostics[0].Code.ShouldBe("CT3001");

    [Fact]
    public void EmptyFileIsRefused() => CodeOf([]).ShouldBe("CT3003");

    [Fact]
    public void GitLfsPointerIsRefusedWithTheRemedy()
    {
        var pointer = Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");

        var error = Should.Throw<CompressException>(() => ArtifactReader.Open(pointer)).Diagnostics[0];

        error.Code.ShouldBe("CT3004");
        error.Message.ShouldContain("git lfs pull");
    }

    [Fact]
    public void SomethingElseIsRefused() => CodeOf([0x08, 0x07, 0x12, 0x07, .. new byte[100]]).ShouldBe("CT3005");

    [Fact]
    public void LaterVersionIsRefusedWithItsNumber()
    {
        byte[] later = [.. _artifact];
        later[8] = 2;

        var error = Should.Throw<CompressException>(() => ArtifactReader.Open(later)).Diagnostics[0];

        error.Code.ShouldBe("CT3006");
        error.Message.ShouldContain("version 2");
    }

    [Fact]
    public void IndexThatBreaksARuleIsRefusedThoughItsChecksumIsRight()
    {
        var index = new ArtifactIndex("p", [new("../model.onnx", 10)], [], new(16, 5, 0));

        Should.Throw<CompressException>(() => ArtifactReader.Open(WithIndex(ArtifactIndexWriter.ToBytes(index)))).Diagnostics[0]
            .Code.ShouldBe("CT3012");
    }

    [Theory]
    [InlineData("0A")] // a field that ends within its length
    [InlineData("1A00")] // a weight without a hash
    [InlineData("120C10FFFFFFFFFFFFFFFFFF01")] // a file of 2^64 - 1 bytes
    public void IndexThatIsNoneIsRefusedThoughItsChecksumIsRight(string bytes) =>
        Should.Throw<CompressException>(() => ArtifactReader.Open(WithIndex(Convert.FromHexString(bytes)))).Diagnostics[0].Code.ShouldBe("CT3008");

    [Fact]
    public void Crc32CIsTheOneOfRfc3720()
    {
        // Appendix B.4: 32 bytes of zeros, and 32 ascending bytes.
        Crc32C.Of(new byte[32]).ShouldBe(0x8A9136AAu);
        Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]).ShouldBe(0x46DD794Eu);
        Crc32C.Of("123456789"u8).ShouldBe(0xE3069283u);
    }

    [Fact]
    public void PayloadHashIsTheStartOfTheSha256() =>
        // FIPS 180-2, appendix B.1: the message "abc".
        PayloadHash.Of("abc"u8).ToString().ShouldBe("ba7816bf8f01cfea414140de5dae2223");

    private static byte[] WithIndex(byte[] decoded)
    {
        var coded = CompressTasks.Coding.Dictionary.DictionaryEncoder.Encode(decoded);
        byte[] start = [.. ArtifactFormat.Header(), .. new byte[20]];
        var footer = new ArtifactFooter(new(start.Length, coded.Length, Crc32C.Of(coded)), decoded.Length);
        return [.. start, .. coded, .. footer.ToBytes()];
    }

    private static string CodeOf(byte[] artifact) => Should.Throw<CompressException>(() => ArtifactReader.Open(artifact)).Diagnostics[0].Code;

    private static void ReadAll(byte[] artifact)
    {
        using var reader = ArtifactReader.Open(artifact);
        TinyArtifact.RequireIntact(reader);
    }
}
