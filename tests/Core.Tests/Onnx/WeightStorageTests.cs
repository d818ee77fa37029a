using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Onnx;

public sealed class WeightStorageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RawDataIsReadWhereItLies()
    {
        using var model = Open(Build.Raw("w", 1.5f, -2, float.NaN));
        var weight = model.Weights.ShouldHaveSingleItem();
        weight.Storage.ShouldBe(WeightStorage.RawData);
        weight.StoredBytes.ShouldBe(12);
        File.ReadAllBytes(model.Path).AsSpan((int)weight.Offset, 12).SequenceEqual(Build.Bytes(1.5f, -2, float.NaN)).ShouldBeTrue();
        Values(model, weight).ShouldBe([1.5, -2, double.NaN]);
    }

    [Fact]
    public void FloatAndDoubleDataAreReadWhereTheyLie()
    {
        var floats = Build.Tensor("f", ElementType.Float, 2);
        floats.FloatData.Add([1.25f, 3]);
        var doubles = Build.Tensor("d", ElementType.Double, 1, 2);
        doubles.DoubleData.Add([0.1, 1e300]);
        using var model = Open(floats, doubles);
        model.Weights.Select(weight => weight.Storage).ShouldBe([WeightStorage.FloatData, WeightStorage.DoubleData]);
        model.Weights.ShouldAllBe(weight => weight.IsContiguous);
        Values(model, model.Weights[0]).ShouldBe([1.25, 3]);
        Values(model, model.Weights[1]).ShouldBe([0.1, 1e300]);
    }

    [Fact]
    public void Float16AndBFloat16BitsAreDecodedFromInt32Data()
    {
        var half = Build.Tensor("h", ElementType.Float16, 4);
        half.Int32Data.Add([0x3C00, 0xC000, 0x0001, 0x007F]);
        var brain = Build.Tensor("b", ElementType.BFloat16, 2);
        brain.Int32Data.Add([0x3F80, 0xBFC0]);
        using var model = Open(half, brain);
        model.Weights.ShouldAllBe(weight => weight.Storage == WeightStorage.Int32Data && !weight.IsContiguous && weight.CanExcise);
        model.Weights[0].PayloadBytes.ShouldBe(8);
        model.Weights[0].StoredBytes.ShouldBe(2 + 3 + 1 + 1);
        Values(model, model.Weights[0]).ShouldBe([1, -2, Math.ScaleB(1, -24), 127 * Math.ScaleB(1, -24)]);
        Values(model, model.Weights[1]).ShouldBe([1, -1.5]);
    }

    // A writer that fills int32_data from signed 16-bit numbers makes ten-byte varints of the negative ones.
    [Fact]
    public void SignExtendedFloat16BitsAreTheSameBits()
    {
        var half = Build.Tensor("h", ElementType.Float16, 2);
        half.Int32Data.Add([unchecked((short)0xC000), 0x3C00]);
        using var model = Open(half);
        Values(model, model.Weights[0]).ShouldBe([-2, 1]);
    }

    [Fact]
    public void UnpackedAndPiecewiseDataIsGathered()
    {
        // float_data: 1 as a field of its own, [2, 3] packed, 4 as a field of its own; dims packed.
        byte[] tensor =
        [
            .. WeightPathTests.Message(1, [2, 2]), 0x10, 1, 0x25, .. Build.Bytes(1), .. WeightPathTests.Message(4, Build.Bytes(2, 3)),
            .. WeightPathTests.Message(8, "w"u8), 0x25, .. Build.Bytes(4),
        ];
        using var model = OnnxModel.Open(_folder.Write("m.onnx", WeightPathTests.Message(7, WeightPathTests.Message(5, tensor))));
        var weight = model.Weights.ShouldHaveSingleItem();
        weight.Shape.ShouldBe([2, 2]);
        weight.IsContiguous.ShouldBeFalse();
        weight.StoredBytes.ShouldBe(16);
        model.ReadBytes(weight).ToArray().ShouldBe(Build.Bytes(1, 2, 3, 4));
    }

    [Fact]
    public void IntegersAndStringsAreListedAndStayWhereTheyAre()
    {
        var int64 = Build.Tensor("i", ElementType.Int64, 2);
        int64.Int64Data.Add([5, -5]);
        var int8 = Build.Tensor("j", ElementType.Int8, 1);
        int8.Int32Data.Add(-7);
        var unsigned = Build.Tensor("u", ElementType.UInt64, 1);
        unsigned.Uint64Data.Add(9);
        var text = Build.Tensor("s", ElementType.String, 1);
        text.StringData.Add(ByteString.CopyFromUtf8("text"));
        using var model = Open(int64, int8, unsigned, text);
        model.Weights.Select(weight => weight.Storage)
            .ShouldBe([WeightStorage.Other, WeightStorage.Int32Data, WeightStorage.Other, WeightStorage.Other]);
        model.Weights.ShouldAllBe(weight => !weight.CanExcise && !weight.IsFloatingPoint);
        Should.Throw<ArgumentException>(() => model.Excise(model.Weights));
        Should.Throw<ArgumentException>(() => model.ReadBytes(model.Weights[0]).Length);
    }

    [Fact]
    public void RawIntegersAndPackedNibblesCanBeTakenOut()
    {
        var int64 = Build.Tensor("i", ElementType.Int64, 2);
        int64.RawData = ByteString.CopyFrom(new byte[16]);
        var nibbles = Build.Tensor("n", ElementType.Int4, 3);
        nibbles.RawData = ByteString.CopyFrom(0x21, 0x03);
        using var model = Open(int64, nibbles);
        model.Weights.Select(weight => weight.PayloadBytes).ShouldBe([16, 2]);
        model.Weights.ShouldAllBe(weight => weight.CanExcise);
    }

    [Fact]
    public void ScalarsHaveOneElementAndEmptyTensorsNone()
    {
        var scalar = Build.Tensor("s", ElementType.Float);
        scalar.RawData = ByteString.CopyFrom(Build.Bytes(42));
        var empty = Build.Tensor("e", ElementType.Float, 4, 0, long.MaxValue);
        using var model = Open(scalar, empty);
        model.Weights[0].Shape.ShouldBeEmpty();
        model.Weights[0].Elements.ShouldBe(1);
        Values(model, model.Weights[0]).ShouldBe([42.0]);
        model.Weights[1].Elements.ShouldBe(0);
        model.Weights[1].Storage.ShouldBe(WeightStorage.None);
        model.Weights[1].CanExcise.ShouldBeFalse();
        model.ReadBytes(model.Weights[1]).Length.ShouldBe(0);
    }

    [Fact]
    public void EqualTensorsAreFoundOnce()
    {
        var values = Build.Values(256);
        var other = Build.Values(256);
        other[200] = 99;
        var reshaped = Build.Raw("reshaped", values);
        reshaped.Dims.Clear();
        reshaped.Dims.Add([16, 16]);
        using var model = Open(Build.Raw("a", values), Build.Raw("other", other), Build.Raw("b", values), reshaped, Build.Raw("c", values),
            Build.Raw("x", 1), Build.Raw("y", 1));
        model.Weights.Select(model.SharedWith).Select(weight => weight?.Path).ShouldBe([null, null, "a", null, "a", null, null]);
    }

    [Fact]
    public void StructureKeepsTheGraphAndLeavesLargePayloadsOut()
    {
        var source = Build.Model(new GraphProto
        {
            Name = "main",
            Initializer = { Build.Raw("large", Build.Values(300)), Build.Raw("small", 1, 2) },
            Node = { new NodeProto { OpType = "MatMul", Input = { "x", "large" }, Output = { "y" } } },
        });
        using var model = OnnxModel.Open(_folder.Write("m.onnx", source));
        source.Graph.Initializer[0].ClearRawData();
        model.ReadStructure().ShouldBe(source);
    }

    [Fact]
    public void HashIsThatOfTheFile()
    {
        using var model = Open(Build.Raw("w", 1));
        model.Sha256.ShouldBe(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(model.Path))).ToLowerInvariant());
        model.Files.ShouldBe([new ModelFile("m.onnx", model.TotalBytes)]);
        model.TotalBytes.ShouldBe(new FileInfo(model.Path).Length);
    }

    private static double[] Values(OnnxModel model, OnnxWeight weight)
    {
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        return values;
    }

    private OnnxModel Open(params TensorProto[] initializers) => OnnxModel.Open(_folder.Write("m.onnx", Build.Model(initializers)));
}
