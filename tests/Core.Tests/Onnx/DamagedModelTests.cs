using System.Globalization;
using System.IO.Compression;
using System.Text;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Onnx;

public sealed class DamagedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AMissingFileOrAFolderIsRefused()
    {
        Error(_folder["none.onnx"]).Code.ShouldBe("CT2001");
        Directory.CreateDirectory(_folder["folder.onnx"]);
        Error(_folder["folder.onnx"]).Message.ShouldContain("folder");
    }

    [Fact]
    public void AnEmptyFileIsRefused() => Error([]).Code.ShouldBe("CT2003");

    [Fact]
    public void AGitLfsPointerIsRefusedWithTheRemedy()
    {
        var error = Error(Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 13020359\n"));
        error.Code.ShouldBe("CT2004");
        error.Message.ShouldContain("git lfs pull");
    }

    [Theory]
    [InlineData("Because it begins like a field, this text is a harder case.\n", "text")]
    [InlineData("{ \"a\": 1 }", "text")]
    [InlineData("\x1C\0\0\0TFL3\0\0\0\0", "TensorFlow Lite")]
    [InlineData("\x1C\0\0\0ORTM\0\0\0\0", "ONNX Runtime")]
    [InlineData("GGUF\x03\0\0\0", "GGUF")]
    [InlineData("\x50\0\0\0\0\0\0\0{\"w\":", "safetensors")]
    [InlineData("\0\0\0\0", "no ONNX model begins with")]
    public void AnotherKindOfFileIsRecognized(string content, string found)
    {
        var error = Error(Encoding.Latin1.GetBytes(content));
        error.Code.ShouldBe("CT2006");
        error.Message.ShouldContain(found);
    }

    /// <summary>Of data_location the low 32 bits count, as in protobuf: 2^32 + 1 is 1, another file.</summary>
    [Fact]
    public void ATensorIsElsewhereWhereProtobufTakesItForElsewhere()
    {
        var tensor = Build.Tensor("w", ElementType.Float, 1).ToByteArray();
        byte[] external = [.. tensor, 0x70, 0x81, 0x80, 0x80, 0x80, 0x10];
        TensorProto.Parser.ParseFrom(external).DataLocation.ShouldBe(1);
        byte[] graph = [0x2A, (byte)external.Length, .. external];
        Error([0x08, 8, 0x3A, (byte)graph.Length, .. graph]).Code.ShouldBe("CT2020");
    }

    /// <summary>Two parts of the value of one attribute, which a parser joins, the second of which lies in another file.</summary>
    [Fact]
    public void ATensorInSeveralPartsThatIsElsewhereIsRefused()
    {
        var value = new AttributeProto { Name = "value", T = Build.Tensor("w", ElementType.Float, 1) };
        value.T.FloatData.Add(1);
        byte[] attribute = [.. value.ToByteArray(), 0x2A, 2, 0x70, 1];
        byte[] node = [.. new NodeProto { OpType = "Constant", Output = { "w" } }.ToByteArray(), 0x2A, (byte)attribute.Length, .. attribute];
        byte[] graph = [0x0A, (byte)node.Length, .. node];
        Error([0x08, 8, 0x3A, (byte)graph.Length, .. graph]).Code.ShouldBe("CT2110");
    }

    [Fact]
    public void ATensorHasDimensionsThatAnArtifactHasRoomFor()
    {
        Error(Build.Model(Build.Tensor("w", ElementType.Float, [.. Enumerable.Repeat(1L, 65)])).ToByteArray()).Code.ShouldBe("CT2096");
        Weights(Build.Model(Build.Tensor("w", ElementType.Float, [.. Enumerable.Repeat(0L, 64)])).ToByteArray()).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void ADataTypeIsNotNegative(int type)
    {
        var error = Error(Build.Model(Build.Tensor("w", (ElementType)type, 2)).ToByteArray());
        error.Code.ShouldBe("CT2009");
        error.Message.ShouldContain($"data type {type}");
    }

    /// <summary>Bytes beside a shape without elements are nobody's: they stay where they are, and are neither compared nor coded.</summary>
    [Fact]
    public void BytesOfNoElementsStayInTheStructure()
    {
        var tensors = new[] { "a", "b" }.Select(name =>
        {
            var tensor = Build.Tensor(name, ElementType.String, 0, 3);
            tensor.RawData = ByteString.CopyFrom(new byte[1536]);
            return tensor;
        });
        var model = Build.Model([.. tensors]).ToByteArray();
        Weights(model).ShouldAllBe(weight => !weight.CanExcise);
        File.WriteAllBytes(_folder["m.onnx"], model);

        var artifact = Compression.SpecRun.Compress(_folder, "models: [ m.onnx ]").ArtifactPath;
        Compression.SpecRun.Restore(artifact, _folder["restored.onnx"]);
        File.ReadAllBytes(_folder["restored.onnx"]).ShouldBe(model);
    }

    /// <summary>100 kB of a model in which each of 50,000 empty tensors has a path of 8,000 bytes.</summary>
    [Fact]
    public void PathsDoNotOutgrowTheModel()
    {
        var graph = new GraphProto { Name = "g" };
        graph.Initializer.AddRange(Enumerable.Repeat(new TensorProto(), 50_000));
        var node = Build.Node("If", new string('s', 4_000), "y", new AttributeProto { Name = "g", Type = 5, G = graph });
        var model = Build.Model(new GraphProto { Name = "main", Node = { node } }).ToByteArray();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Error(model).Code.ShouldBe("CT2097");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(128L << 20);
    }

    [Fact]
    public void AZipArchiveIsRecognized()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("model.onnx");
        Error(stream.ToArray()).Message.ShouldContain("zip");
    }

    [Fact]
    public void AModelWithoutGraphIsRefused() => Error(new ModelProto { IrVersion = 8, ProducerName = "x" }.ToByteArray()).Code.ShouldBe("CT2007");

    [Fact]
    public void ATruncatedFileIsRefusedWithItsLengthAndWhatIsMissing()
    {
        var whole = Build.Model(Build.Raw("w", Build.Values(100))).ToByteArray();

        // The graph is field 7 and begins after ir_version (2 bytes) and producer_name "tests" (7 bytes); opset_import, 4 bytes, comes after it.
        var error = Error(whole[..200]);
        error.Code.ShouldBe("CT2008");
        error.Message.ShouldContain("ends after 200 bytes");
        error.Message.ShouldContain("at byte 9");
        error.Message.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"needs {whole.Length - 4 - 200} more"));
    }

    [Fact]
    public void AMessageThatLeavesTheOneAroundItIsRefused()
    {
        byte[] graph = [.. Build.Graph(Build.Raw("w", 1)).ToByteArray(), 0x12, 100];
        Error([.. WeightPathTests.Message(7, graph), .. new byte[200]]).Code.ShouldBe("CT2009");
    }

    [Theory]
    [InlineData(new byte[] { 0x3A, 1, 0x0C })]
    [InlineData(new byte[] { 0x3A, 1, 0x0E })]
    [InlineData(new byte[] { 0x3A, 1, 0x02 })]
    [InlineData(new byte[] { 0x3A, 11, 0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0x3A, 1, 0x0B })]
    public void WhatIsNoFieldIsRefused(byte[] file) => Error(file).Code.ShouldBe("CT2009");

    [Theory]
    [InlineData(new long[] { 3 }, 8, "CT2014")]
    [InlineData(new long[] { 2 }, 12, "CT2014")]
    [InlineData(new long[] { 2 }, 0, "CT2014")]
    [InlineData(new long[] { 0 }, 4, "CT2014")]
    [InlineData(new long[] { -1 }, 4, "CT2012")]
    [InlineData(new long[] { 0, -1 }, 4, "CT2012")]
    [InlineData(new long[] { 1L << 32, 1L << 32 }, 4, "CT2013")]
    [InlineData(new long[] { 1L << 60 }, 4, "CT2013")]
    public void ShapeAndPayloadMustAgree(long[] shape, int bytes, string code)
    {
        var tensor = Build.Tensor("the weight", ElementType.Float, shape);
        tensor.RawData = ByteString.CopyFrom(new byte[bytes]);
        var error = Error(Build.Model(tensor).ToByteArray());
        error.Code.ShouldBe(code);
        error.Message.ShouldContain("the weight");
    }

    [Fact]
    public void TypedDataMustAgreeWithTheShape()
    {
        var floats = Build.Tensor("f", ElementType.Float, 3);
        floats.FloatData.Add([1, 2]);
        Error(Build.Model(floats).ToByteArray()).Code.ShouldBe("CT2014");
        var halves = Build.Tensor("h", ElementType.Float16, 3);
        halves.Int32Data.Add([1, 200]);
        Error(Build.Model(halves).ToByteArray()).Code.ShouldBe("CT2014");
    }

    [Fact]
    public void DeepNestingIsRefusedWithoutOverflowingTheStack()
    {
        var graph = Build.Graph(Build.Raw("w", 1)).ToByteArray();
        for (var i = 0; i < 3000; i++)
            graph = WeightPathTests.Message(1, WeightPathTests.Message(5, WeightPathTests.Message(6, graph)));
        Error([0x08, 8, .. WeightPathTests.Message(7, graph)]).Code.ShouldBe("CT2010");
        byte[] groups = [.. Enumerable.Repeat((byte)0x0B, 1_000_000)];
        Error([0x08, 8, .. WeightPathTests.Message(7, groups)]).Code.ShouldBe("CT2009");
    }

    [Fact]
    public void SubgraphsMayNestSixtyLevelsDeep()
    {
        var graph = Build.Graph(Build.Raw("w", 1)).ToByteArray();
        for (var i = 0; i < 60; i++)
            graph = WeightPathTests.Message(1,
                [.. WeightPathTests.Message(5, WeightPathTests.Message(6, graph)), .. WeightPathTests.Message(3, "n"u8)]);
        using var model = OnnxModel.Open(_folder.Write("m.onnx", WeightPathTests.Message(7, graph)));
        model.Weights.ShouldHaveSingleItem();
    }

    [Fact]
    public void OverlongPathsAreRefused() => Error(Build.Model(Build.Raw(new string('w', 5000), 1)).ToByteArray()).Code.ShouldBe("CT2011");

    [Fact]
    public void EveryPrefixIsAModelOrADiagnostic()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2));
        var whole = Everything().ToByteArray();
        for (var length = 0; length < whole.Length; length++)
            Probe(whole[..length]);
    }

    [Fact]
    public void EveryByteFlipIsAModelOrADiagnostic()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2));
        var whole = Everything().ToByteArray();
        var random = new Random(20260101);
        var models = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 2000; i++)
        {
            var flipped = (byte[])whole.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                flipped[random.Next(flipped.Length)] ^= (byte)random.Next(1, 256);
            models += Probe(flipped) ? 1 : 0;
        }

        models.ShouldBeInRange(1, 1999);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2000L * 1_000_000);
    }

    /// <summary>A model with a tensor in every place and of every kind.</summary>
    private static ModelProto Everything()
    {
        var half = Build.Tensor("half", ElementType.Float16, 3);
        half.Int32Data.Add([0x3C00, 0x1, 0xFFFF]);
        var floats = Build.Tensor("floats", ElementType.Float, 2);
        floats.FloatData.Add([1, 2]);
        var text = Build.Tensor("text", ElementType.String, 1);
        text.StringData.Add(ByteString.CopyFromUtf8("text"));
        var integers = Build.Tensor("integers", ElementType.Int64, 1);
        integers.Int64Data.Add(-1);
        var model = Build.Model(new GraphProto
        {
            Initializer = { Build.Raw("raw", 1, 2, 3), half, floats, text, integers, Build.External("external", "w.bin", 0, 2) },
            SparseInitializer = { new SparseTensorProto { Values = Build.Raw("sparse", 1), Indices = integers, Dims = { 4 } } },
            Node = { Build.Node("If", "branch", "y", new AttributeProto { Name = "then_branch", G = Build.Graph(Build.Raw("inner", 4)) }) },
        });
        model.Functions.Add(
            new FunctionProto { Name = "f", Node = { Build.Node("Constant", "", "c", new AttributeProto { Name = "value", T = half }) } });
        return model;
    }

    /// <returns>Whether it is a model; then everything that can be done with it must work as well.</returns>
    private bool Probe(byte[] file)
    {
        try
        {
            using var model = OnnxModel.Open(_folder.Write("m.onnx", file));
            var image = model.Excise([.. model.Weights.Where(weight => weight.CanExcise)]);
            if (model.Files.Count == 1)
                RoundTrip.InMemory(model, image).LongLength.ShouldBe(image.Layout.Files[0].Length);
            model.Weights.ShouldAllBe(weight => model.SharedWith(weight) != weight);
            foreach (var weight in model.Weights.Where(weight => weight.IsFloatingPoint && weight.CanExcise))
                model.ReadValues(weight, new double[weight.Elements]);
            model.ReadStructure();
            return true;
        }
        catch (CompressException error)
        {
            error.Diagnostics[0].Code.ShouldStartWith("CT2");
            return false;
        }
    }

    private List<OnnxWeight> Weights(byte[] file)
    {
        using var model = OnnxModel.Open(_folder.Write("m.onnx", file));
        return [.. model.Weights];
    }

    private Diagnostic Error(byte[] file) => Error(_folder.Write("m.onnx", file));

    private static Diagnostic Error(string path)
    {
        var diagnostic = Should.Throw<CompressException>(() => OnnxModel.Open(path).Dispose()).Diagnostics.ShouldHaveSingleItem();
        diagnostic.Location!.File.ShouldBe(path);
        return diagnostic;
    }
}
