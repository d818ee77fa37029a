using System.Runtime.InteropServices;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using Google.Protobuf;
using static CompressTasks.Core.Tests.Outputs.Samples.SampleErrors;

namespace CompressTasks.Core.Tests.Outputs.Samples;

public sealed class ProtobufSamplesTests : IDisposable
{
    private static readonly ModelInput[] _inputs = [new("x", ElementType.Float, [-1], ["n"]), new("i", ElementType.Int64, [2], [""])];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sets")]
    [InlineData("sets/")]
    [InlineData("sets/test_data_set_*")]
    [InlineData("sets/*/input_*.pb")]
    [InlineData("**/input_*.pb")]
    public void FoldersAndGlobsFindEverySet(string pattern)
    {
        WriteSets();
        var samples = Open(pattern);
        samples.Summary.Count.ShouldBe(2);
        samples.Files.Count.ShouldBe(4);
        var runs = samples.Read(() => 5).Select(OneRun.Inputs).ToList();
        runs.Select(run => string.Join(',', run.Select(value => value.Name))).ShouldBe(["x,i", "x,i"]);
        runs.Select(run => MemoryMarshal.Cast<byte, float>(run[0].Bytes).ToArray()).ShouldBe([[1, 2], [3]]);
        runs.Select(run => MemoryMarshal.Cast<byte, long>(run[1].Bytes).ToArray()).ShouldBe([[-1, 7], [5, 6]]);
    }

    [Fact]
    public void TwoFilesForOneInputAreRefused()
    {
        WriteSets();
        Write("sets/test_data_set_1/input_2.pb", Build.Raw("x", 1));
        Error("CT1503", "sets").ShouldContain("values for x as well");
    }

    [Fact]
    public void OneSetIsOneSample()
    {
        WriteSets();
        Open("sets/test_data_set_1").Summary.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Float16", 2)]
    [InlineData("BFloat16", 2)]
    [InlineData("Bool", 1)]
    [InlineData("Int8", 1)]
    [InlineData("UInt16", 2)]
    [InlineData("Int32", 4)]
    public void NarrowElementsStandInTheLowBitsOfInt32Data(string type, int width)
    {
        var tensor = Build.Tensor("t", Enum.Parse<ElementType>(type), 2);
        tensor.Int32Data.AddRange([1, 0x7F]);
        byte[] expected = [1, .. new byte[width - 1], 0x7F, .. new byte[width - 1]];
        Read(tensor).Bytes.ShouldBe(expected);
    }

    [Fact]
    public void EveryFieldIsRead()
    {
        var doubles = Build.Tensor("t", ElementType.Double, 1);
        doubles.DoubleData.Add(-2.5);
        MemoryMarshal.Read<double>(Read(doubles).Bytes).ShouldBe(-2.5);
        var unsigned = Build.Tensor("t", ElementType.UInt64, 1);
        unsigned.Uint64Data.Add(ulong.MaxValue);
        MemoryMarshal.Read<ulong>(Read(unsigned).Bytes).ShouldBe(ulong.MaxValue);
        Read(Build.Tensor("t", ElementType.Float, 0, 3)).Bytes.ShouldBeEmpty();
    }

    [Fact]
    public void ATensorThatIsNotWholeIsRefused()
    {
        var tensor = Build.Raw("t", 1, 2);
        tensor.Dims[0] = 3;
        Should.Throw<InvalidDataException>(() => Read(tensor)).Message.ShouldBe("its shape is [3], and it has 8 bytes of elements");
        tensor.Dims[0] = -1;
        Should.Throw<InvalidDataException>(() => Read(tensor));
        Should.Throw<InvalidDataException>(() => Read(Build.Tensor("t", ElementType.String, 1)));
        Should.Throw<InvalidDataException>(() => Read(Build.External("t", "w.bin", 0, 1)));
        tensor.Dims.Clear();
        tensor.Dims.AddRange([1L << 62, 4, 2]);
        Should.Throw<InvalidDataException>(() => Read(tensor));
    }

    [Fact]
    public void NoSuchFolderIsRefused() => Error("CT1502", "nowhere").ShouldContain("\"nowhere\" is not there");

    [Fact]
    public void AFolderWithoutInputsIsRefused()
    {
        _folder.Write("sets/readme.txt", [1]);
        Error("CT1502", "sets").ShouldContain("found no input_*.pb");
    }

    [Fact]
    public void AFileThatIsNoTensorIsNamed()
    {
        _folder.Write("sets/input_0.pb", [0xFF, 0xFF, 0xFF]);
        Error("CT1503", "sets").ShouldContain("sets/input_0.pb");
    }

    [Fact]
    public void AMisspeltInputIsAnsweredWithTheNearest()
    {
        Write("sets/input_0.pb", Build.Raw("xx", 1));
        Error("CT1505", "sets").ShouldContain("no input \"xx\"; did you mean \"x\"?");
    }

    [Fact]
    public void AMissingInputIsNamed()
    {
        Write("sets/input_0.pb", Build.Raw("x", 1));
        Error("CT1504", "sets").ShouldContain("\"sets\" has no values for the model's input \"i\" (int64 [2])");
    }

    [Fact]
    public void AnotherTypeOrShapeIsRefused()
    {
        Write("sets/input_0.pb", Build.Raw("i", 1, 2));
        Error("CT1506", "sets").ShouldContain("of float32, the model wants int64");
        var tensor = Build.Tensor("i", ElementType.Int64, 3);
        tensor.Int64Data.AddRange([1, 2, 3]);
        Write("sets/input_0.pb", tensor);
        Error("CT1507", "sets").ShouldContain("have the shape [3], the model wants [2]; see sets/input_0.pb");
    }

    private static TensorValue Read(TensorProto tensor)
    {
        using var folder = new TemporaryFolder();
        return ProtobufTensor.Read(folder.Write("t.pb", tensor.ToByteArray()));
    }

    /// <summary>Names in the first set, numbers in the second.</summary>
    private void WriteSets()
    {
        var indices = Build.Tensor("i", ElementType.Int64, 2);
        indices.Int64Data.AddRange([-1, 7]);
        Write("sets/test_data_set_0/input_0.pb", indices);
        Write("sets/test_data_set_0/input_1.pb", Build.Raw("x", 1, 2));
        Write("sets/test_data_set_1/input_0.pb", Build.Raw("", 3));
        var unnamed = Build.Tensor("", ElementType.Int64, 2);
        unnamed.Int64Data.AddRange([5, 6]);
        Write("sets/test_data_set_1/input_1.pb", unnamed);
        Write("sets/test_data_set_1/output_0.pb", Build.Raw("y", 3));
    }

    private void Write(string name, TensorProto tensor) => _folder.Write(name, tensor.ToByteArray());

    private ProtobufSamples Open(string pattern) => ProtobufSamples.Open(new(pattern, At), Path.GetDirectoryName(_folder["x"])!, _inputs);

    private string Error(string code, string pattern) => Message(code, () => Open(pattern));
}
