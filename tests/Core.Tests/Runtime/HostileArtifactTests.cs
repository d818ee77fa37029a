using CompressTasks.Artifacts;
using CompressTasks.Coding.Dictionary;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runtime;
using CompressTasks.WeightCoding.Decoding;
using CompressTasks.WeightCoding.Encoding;
using Google.Protobuf;
using static CompressTasks.Core.Tests.Runtime.RunnableModel;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>Artifacts of a stranger who wants something: memory, time, a crash, or a file of the folder.</summary>
public sealed class HostileArtifactTests : IDisposable
{
    private const byte Stacked = 2;
    private const byte Pca = 2;
    private const byte Haar = 3;
    private const byte Dct = 4;
    private const byte ColumnsAxis = 0;
    private const byte RowsAxis = 1;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Models => ["initializer", "branch", "constant", "pieces", "location and data"];

    [Theory]
    [MemberData(nameof(Models))]
    public void AFileThatIsNotTheArtifactsOwnIsNotRead(string kind)
    {
        // Where the process is: ONNX Runtime reads there what a model in memory refers to.
        var secret = Path.Combine(Environment.CurrentDirectory, $"{Guid.NewGuid():N}.secret");
        File.WriteAllBytes(secret, Payload(Inputs, OutputSize, seed: 1));
        try
        {
            var artifact = Pack(kind == "pieces"
                ? InPieces(Path.GetFileName(secret))
                : Build.Model(Referring(kind, Path.GetFileName(secret))).ToByteArray());
            using var model = CompressedModel.Open(artifact);

            CodeOf(() => model.CreateSession().Dispose()).ShouldBe("CT3014");
            CodeOf(() => model.ToBytes()).ShouldBe("CT3014");
            CodeOf(() => model.Restore(Stream.Null)).ShouldBe("CT3014");
            CodeOf(() => model.Restore(_folder["restored/m.onnx"])).ShouldBe("CT3014");
            Directory.Exists(_folder["restored"]).ShouldBeFalse();
        }
        finally
        {
            File.Delete(secret);
        }
    }

    /// <summary>Checksums and hashes are right: whoever writes an artifact writes them too.</summary>
    [Fact]
    public void AnArtifactOfAnEmptyModelIsRefused()
    {
        var index = ArtifactIndexWriter.ToBytes(new("tests", [new("m.onnx", 0)], [], new(ArtifactFormat.HeaderLength, 0, Crc32C.Of([]))));

        CodeOf(() => CompressedModel.Open(WithIndex(DictionaryEncoder.Encode(index).ToArray(), index.Length))).ShouldBe("CT3012");
    }

    [Fact]
    public void AnArtifactInThePlaceOfAModelIsSaidToBeOne()
    {
        var path = _folder.Write("a.onnx", Pack(Build.Model(Operation("MatMul")).ToByteArray()));
        ArtifactFormat.Magic.StartsWith(File.ReadAllBytes(path).AsSpan(0, 5)).ShouldBeTrue();

        var error = Should.Throw<CompressException>(() => CompressTasks.Onnx.OnnxModel.Open(path)).Diagnostics.ShouldHaveSingleItem();

        error.Code.ShouldBe("CT2006");
        error.Message.ShouldContain("dotnet compress restore");
    }

    [Fact]
    public void AModelThatOnlyMentionsALocationIsOneLikeAnyOther()
    {
        var graph = Operation("MatMul", Matrix("location", Inputs, OutputSize, seed: 1));
        graph.DocString = "external_data location";
        var bytes = Build.Model(graph).ToByteArray();
        using var model = CompressedModel.Open(Pack(bytes));

        var restored = new MemoryStream();
        model.Restore(restored);
        restored.ToArray().ShouldBe(bytes);
        model.ToBytes().ShouldBe(bytes);
        model.CreateSession().Dispose();
    }

    /// <summary>The same part of an index again and again: a file without a name, a weight that is nothing but its hash, a place.</summary>
    [Theory]
    [InlineData("1200")]
    [InlineData("1A12321000000000000000000000000000000000")]
    [InlineData("")]
    public void AFewBytesDoNotBecomeMillionsOfParts(string part)
    {
        var once = Convert.FromHexString(part);
        byte[] decoded = part.Length > 0 ? [.. Enumerable.Repeat(once, 400_000).SelectMany(bytes => bytes)] : ProducerOf(1 << 24);
        var artifact = WithIndex(DictionaryEncoder.Encode(decoded), decoded.Length);
        artifact.Length.ShouldBeLessThan(200);

        var before = GC.GetAllocatedBytesForCurrentThread();
        CodeOf(() => CompressedModel.Open(artifact)).ShouldBeOneOf("CT3008", "CT3012");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64L << 20);
    }

    [Fact]
    public void AnIndexIsNotLargerThanItsBytesCanBe()
    {
        var artifact = WithIndex(new byte[40], 1 << 28);

        var before = GC.GetAllocatedBytesForCurrentThread();
        CodeOf(() => CompressedModel.Open(artifact)).ShouldBe("CT3008");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1L << 20);
    }

    public static TheoryData<string> Bombs => ["dct rows", "dct columns", "dct twice", "haar", "pca", "pca overflow", "stages"];

    /// <summary>One value is asked for; what would be made of it on the way is seen before it is made.</summary>
    [Theory]
    [MemberData(nameof(Bombs))]
    public void AStageMakesNothingThatIsNotAskedFor(string kind)
    {
        var chunk = Bomb(kind);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<InvalidDataException>(() => WeightDecoder.Decode(chunk, ElementType.Float, [1], new byte[4]));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1L << 20);
    }

    public static TheoryData<string> LargeBombs => ["wide in between", "long signal", "stages in all"];

    /// <summary>
    /// As many values as a stage may make of few of them, for a weight that has many: what is taken is in proportion to what is asked for.
    /// </summary>
    [Theory]
    [MemberData(nameof(LargeBombs))]
    public void AStageTakesMemoryInProportionToTheWeight(string kind)
    {
        const int Elements = 1 << 20;
        var payload = new byte[Elements * sizeof(float)];
        var chunk = LargeBomb(kind, Elements);
        chunk.Length.ShouldBeLessThan(2000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<InvalidDataException>(() =>
            WeightDecoder.Decode(chunk, ElementType.Float, kind == "wide in between" ? [Elements, 1] : [Elements], payload));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan((64L << 20) + (16 * payload.Length));
    }

    /// <summary>What a reader refuses is not written.</summary>
    [Fact]
    public void AWeightWhoseSignalIsTooLongForItIsCarriedExactly()
    {
        const int Elements = 1 << 19;
        var values = new double[Elements];
        for (var i = 0; i < Elements; i++)
            values[i] = (i * 7919 % 10_007) / 10_007.0;
        var payload = new byte[Elements * sizeof(float)];
        ElementConversion.WriteValues(ElementType.Float, values, payload);

        var stack = SampleStacks.Named("dct-rows");
        WeightEncoder.Encode(payload, ElementType.Float, [Elements], stack, 1, CancellationToken.None).KeptBecause.ShouldNotBeNull()
            .ShouldContain("numbers");
        WeightEncoder.Encode(payload, ElementType.Float, [16, Elements / 16], stack, 1, CancellationToken.None).KeptBecause.ShouldBeNull();
    }

    /// <summary>
    /// Kinds 1 to 3 count values of a floating-point type, which these are not: strings, half bytes, whole numbers, what nobody knows.
    /// </summary>
    [Fact]
    public void TypesWithoutWholeBytesAreNotDividedBy()
    {
        foreach (var type in (int[])[-1, 0, 2, 6, 8, 17, 21, 22, 23, 25, 26, 99])
        {
            foreach (var kind in (byte[])[1, 2, 3])
            {
                Should.Throw<InvalidDataException>(() =>
                    WeightDecoder.Decode(new byte[] { kind, 0, 0, 0 }, (ElementType)type, [1L << 32, 1], new byte[8]),
                    $"type {type}, kind {kind}");
            }
        }
    }

    private static byte[] Bomb(string kind)
    {
        var writer = new ChunkWriter();
        writer.Byte(Stacked);
        switch (kind)
        {
            case "dct rows":
                Stages(1, Transform(Dct, RowsAxis, 1 << 26));
                Parameters(1, 1);
                break;
            case "dct columns":
                Stages(1, Transform(Dct, ColumnsAxis, 1 << 29));
                Parameters(1, 1);
                break;
            case "dct twice":
                // Long in between, of one value at the end.
                Stages(2, Transform(Dct, RowsAxis, 1), Transform(Dct, RowsAxis, 1 << 24));
                Parameters(1, 1);
                break;
            case "haar":
                Stages(1, [Haar, RowsAxis]);
                Parameters(int.MaxValue, 0);
                break;
            case "pca" or "pca overflow":
                Stages(1, Components(kind == "pca" ? 1 : 64));
                Parameters(kind == "pca" ? 1 << 27 : 1 << 30, 0);
                break;
            case "stages":
                Stages(100_000, [.. Enumerable.Repeat((byte[])[Haar, RowsAxis], 100_000).SelectMany(stage => stage)]);
                Parameters(1, 1);
                break;
        }

        writer.Byte(0);
        return writer.Written.ToArray();

        void Stages(int count, params byte[][] stages)
        {
            writer.Count(count);
            foreach (var value in stages.SelectMany(stage => stage))
                writer.Byte(value);
        }

        // Zeros, exactly.
        void Parameters(int rows, int columns)
        {
            writer.Count(rows);
            writer.Count(columns);
            writer.Byte(0);
            writer.Bytes(CompressTasks.Coding.Lossless.LosslessEncoder.Encode(new byte[4], 4));
        }

        static byte[] Transform(byte id, byte axis, int length)
        {
            var stage = new ChunkWriter();
            stage.Byte(id);
            stage.Byte(axis);
            stage.Count(length);
            return stage.Written.ToArray();
        }

        // No components: rows of the mean, as many as there are rows of nothing.
        static byte[] Components(int columns)
        {
            var stage = new ChunkWriter();
            stage.Byte(Pca);
            stage.Matrix(new Matrix(0, columns));
            stage.Matrix(new Matrix(1, columns));
            return stage.Written.ToArray();
        }
    }

    private static byte[] LargeBomb(string kind, int elements)
    {
        var writer = new ChunkWriter();
        writer.Byte(Stacked);
        switch (kind)
        {
            case "wide in between":
                // One value of each row, of 64 that are made of none.
                writer.Count(2);
                writer.Byte(Pca);
                writer.Matrix(new Matrix(64, 1));
                writer.Matrix(new Matrix(1, 1));
                writer.Byte(Pca);
                writer.Matrix(new Matrix(0, 64));
                writer.Matrix(new Matrix(1, 64));
                writer.Count(elements);
                writer.Count(0);
                break;
            case "long signal":
                writer.Count(1);
                writer.Byte(Dct);
                writer.Byte(RowsAxis);
                writer.Count(elements);
                writer.Count(1);
                writer.Count(1);
                break;
            default:
                writer.Count(100);
                for (var stage = 0; stage < 100; stage++)
                {
                    writer.Byte(Haar);
                    writer.Byte(RowsAxis);
                }

                writer.Count(1);
                writer.Count(elements);
                break;
        }

        writer.Byte(0);
        writer.Bytes(CompressTasks.Coding.Lossless.LosslessEncoder.Encode(kind switch
        {
            "wide in between" => [],
            "long signal" => new byte[sizeof(float)],
            _ => new byte[elements * sizeof(float)],
        }, sizeof(float)));
        writer.Byte(0);
        return writer.Written.ToArray();
    }

    private static GraphProto Referring(string kind, string secret)
    {
        var external = External("second", secret, 0, Inputs, OutputSize);
        switch (kind)
        {
            case "initializer":
                return Operation("MatMul", external);
            case "branch":
                return Branches(Matrix("first", Inputs, OutputSize, seed: 2), external);
            case "constant":
                return ConstantNode(external);
            default:
                external.RawData = ByteString.CopyFrom(Payload(Inputs, OutputSize, seed: 3));
                return Operation("MatMul", external);
        }
    }

    /// <summary>A tensor of two messages, which a parser joins: the first says where its values are, the second that they are elsewhere.</summary>
    private static byte[] InPieces(string secret)
    {
        var (first, second) = (External("second", secret, 0, Inputs, OutputSize), new TensorProto { DataLocation = 1 });
        first.ClearDataLocation();
        byte[] attribute = [.. new AttributeProto { Name = "value", Type = 4, T = first }.ToByteArray(),
            .. Field(AttributeProto.TFieldNumber, second.ToByteArray())];
        byte[] node = [.. Build.Node("Constant", "", "w").ToByteArray(), .. Field(NodeProto.AttributeFieldNumber, attribute)];
        return [.. Build.Model(Operation("MatMul")).ToByteArray(), .. Field(ModelProto.GraphFieldNumber, Field(GraphProto.NodeFieldNumber, node))];
    }

    private static byte[] Field(int number, byte[] value) => [(byte)((number << 3) | 2), .. Varint(value.Length), .. value];

    /// <summary>An artifact of a model that is nothing but its structure.</summary>
    private byte[] Pack(byte[] model)
    {
        using (var writer = ArtifactWriter.Create(_folder["packed.onnxz"]))
            writer.Commit("tests", [new("m.onnx", model.Length)], model);
        return File.ReadAllBytes(_folder["packed.onnxz"]);
    }

    private static byte[] ProducerOf(int length)
    {
        byte[] field = [0x0A, .. Varint(length - 5)];
        return [.. field, .. new byte[length - field.Length]];
    }

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 127; value >>= 7)
            yield return (byte)(value | 128);
        yield return (byte)value;
    }

    private static byte[] WithIndex(byte[] coded, int decodedLength)
    {
        byte[] start = ArtifactFormat.Header();
        var footer = new ArtifactFooter(new(start.Length, coded.Length, Crc32C.Of(coded)), decodedLength);
        return [.. start, .. coded, .. footer.ToBytes()];
    }

    private static string CodeOf(Action action) => Should.Throw<CompressException>(action).Diagnostics[0].Code;
}
