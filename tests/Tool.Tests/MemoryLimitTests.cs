using System.Diagnostics;
using System.Globalization;
using CompressTasks.Artifacts;
using CompressTasks.Coding.Dictionary;
using CompressTasks.Coding.Lossless;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Tool.Tests;

/// <summary>
/// Small files that ask for gigabytes, in a process that has 64 MiB, sixteen bytes for each of the file, and what a process needs: each is a numbered
/// error within seconds.
/// </summary>
public sealed class MemoryLimitTests : IDisposable
{
    private const long OfProcess = 40L << 20;

    private readonly Workspace _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Files => new()
    {
        { "files", "CT3008" },
        { "weights", "CT3008" },
        { "producer", "CT3012" },
        { "long index", "CT3008" },
        { "wide stage", "CT3010" },
        { "long signal", "CT3010" },
        { "payload", "CT3204" },
        { "skeleton", "CT3204" },
        { "scopes", "CT2097" },
        { "tensors", "CT2111" },
        { "dimensions", "CT2096" },
        { "nodes", "CT2112" },
        { "attributes", "CT2112" },
        { "outputs", "CT2112" },
        { "inputs", "CT2112" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task AFileThatAsksForMoreIsANumberedError(string kind, string code)
    {
        var isModel = code.StartsWith("CT2", StringComparison.Ordinal);
        var file = _folder[isModel ? "m.onnx" : "a.onnxz"];
        if (isModel)
            File.WriteAllBytes(file, Model(kind));
        else
            Write(file, kind);
        var limit = (64L << 20) + (16 * new FileInfo(file).Length) + OfProcess;

        var run = await Run(limit, isModel ? [file, "--r2", "0.9", "--no-probe", "--output", "out"] : ["restore", file, "--output", "out/m.onnx"]);
        run.Error.ShouldContain($"error {code}");
        run.ExitCode.ShouldBe(1);
    }

    /// <summary>2 GB of random values, which the machine may not have: at the samples' place, not anywhere.</summary>
    [Fact]
    public async Task RandomSamplesThatDoNotFitSayWhichTheyAre()
    {
        var weight = new TensorProto { Name = "w", DataType = (int)ElementType.Float, Dims = { 1 }, RawData = ByteString.CopyFrom(new byte[4]) };
        var type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)ElementType.Float,
                Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "n" } } }
            }
        };
        var graph = new GraphProto
        {
            Name = "g",
            Initializer = { weight },
            Node = { new NodeProto { OpType = "Mul", Input = { "x", "w" }, Output = { "y" } } },
            Input = { new ValueInfoProto { Name = "x", Type = type } },
            Output = { new ValueInfoProto { Name = "y", Type = type } },
        };
        var model = new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph };
        File.WriteAllBytes(_folder["m.onnx"], model.ToByteArray());
        _folder.Write("compress.yml", """
            models: [ m.onnx ]
            gate:
              outputs:
                samples: { random: { shapes: { x: [500000000] } } }
                r2: 0.5
            """);

        var run = await Run((64L << 20) + OfProcess, "compress.yml");
        run.Error.ShouldContain("compress.yml(4,");
        run.Error.ShouldContain("error CT1507");
        run.ExitCode.ShouldBe(1);
    }

    private async Task<ToolRun> Run(long limit, params string[] args)
    {
        var time = Stopwatch.StartNew();
        var environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = limit.ToString("X", CultureInfo.InvariantCulture) };
        using var process = ToolProcess.Start(_folder.Folder, environment, args);
        var run = await ToolProcess.Finish(process);
        time.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1));
        return run;
    }

    private static void Write(string path, string kind)
    {
        switch (kind)
        {
            case "files" or "weights" or "producer":
                byte[] part = kind == "files" ? [0x12, 0] : [0x1A, 0x12, 0x32, 0x10, .. new byte[16]];
                byte[] index = kind == "producer" ? [0x0A, 0x80, 0x80, 0x80, 4, .. new byte[1 << 23]]
                    : [.. Enumerable.Repeat(part, 700_000).SelectMany(bytes => bytes)];
                WriteIndex(path, DictionaryEncoder.Encode(index).ToArray(), index.Length);
                break;
            case "long index":
                WriteIndex(path, new byte[40], 1 << 28);
                break;
            case "skeleton":
                // Where the header ends; what is there does not matter.
                var bytes = ArtifactIndexWriter.ToBytes(
                    new("tests", [new("m.onnx", 1 << 28)], [], new(ArtifactFormat.HeaderLength, 0, Crc32C.Of([]))));
                WriteIndex(path, DictionaryEncoder.Encode(bytes).ToArray(), bytes.Length);
                break;
            default:
                WriteWeight(path, kind);
                break;
        }
    }

    private static void WriteIndex(string path, byte[] coded, int length)
    {
        byte[] header = ArtifactFormat.Header();
        File.WriteAllBytes(path, [.. header, .. coded, .. new ArtifactFooter(new(header.Length, coded.Length, Crc32C.Of(coded)), length).ToBytes()]);
    }

    private static void WriteWeight(string path, string kind)
    {
        var chunk = new ChunkWriter();
        if (kind == "payload")
        {
            chunk.Byte(0);
            chunk.Bytes([1, 0]);
        }
        else
        {
            chunk.Byte(2);
            chunk.Count(1);
            if (kind == "wide stage")
            {
                // No components of 2^27 columns; the weight has one value.
                chunk.Byte(2);
                chunk.Matrix(new Matrix(0, 1));
                chunk.Matrix(new Matrix(1, 1));
                chunk.Count(1 << 27);
                chunk.Count(0);
            }
            else
            {
                chunk.Byte(4);
                chunk.Byte(1);
                chunk.Count(1 << 26);
                chunk.Count(1);
                chunk.Count(1);
            }

            chunk.Byte(0);
            chunk.Bytes(LosslessEncoder.Encode(new byte[4], 4));
            chunk.Byte(0);
        }

        var length = kind == "payload" ? Array.MaxLength - 10 : 4;
        using var writer = ArtifactWriter.Create(path);
        writer.Add(new("w", kind == "payload" ? 2 : 1, [kind == "payload" ? length : 1], [new(0, 1, length)], PayloadHash.Of([]), "s"),
            chunk.Written);
        writer.Commit("tests", [new("m.onnx", length + 2L)], new byte[2]);
    }

    private static byte[] Model(string kind)
    {
        byte[] start = [0x08, 8];
        byte[] tensors = [.. Enumerable.Repeat((byte[])[0x2A, 0], kind == "scopes" ? 60_000 : 1_000_000).SelectMany(bytes => bytes)];
        switch (kind)
        {
            case "tensors":
                return [.. start, .. Field(7, tensors)];
            case "scopes":
                byte[] attribute = [.. Field(1, "body"u8), .. Field(6, tensors)];
                byte[] node = [.. Field(3, System.Text.Encoding.ASCII.GetBytes(new string('s', 4000))), .. Field(5, attribute)];
                return [.. start, .. Field(7, Field(1, node))];
            case "nodes":
                return [.. start, .. Field(7, Repeated([0x0A, 0], 1_000_000))];
            case "attributes":
                return [.. start, .. Field(7, Field(1, Repeated([0x2A, 0], 1_000_000)))];
            case "outputs":
                byte[] outputs = [.. Enumerable.Range(0, 1_000_000).SelectMany(output => (byte[])[0x12, 3, .. Digits(output)])];
                return [.. start, .. Field(7, Field(1, outputs))];
            case "inputs":
                return [.. start, .. Field(7, Repeated([0x5A, 0], 1_000_000))];
            default:
                return [.. start, .. Field(7, Field(5, Field(1, new byte[5_000_000])))];
        }
    }

    private static byte[] Repeated(byte[] part, int count) => [.. Enumerable.Repeat(part, count).SelectMany(bytes => bytes)];

    private static byte[] Digits(int number) => [(byte)(number & 0x7F), (byte)((number >> 7) & 0x7F), (byte)((number >> 14) & 0x7F)];

    private static byte[] Field(int number, ReadOnlySpan<byte> value)
    {
        var length = new ChunkWriter();
        length.Count(value.Length);
        return [(byte)((number << 3) | 2), .. length.Written.Span, .. value];
    }
}
