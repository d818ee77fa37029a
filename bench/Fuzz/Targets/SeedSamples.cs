using System.IO.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Small samples of every type, for a model with three inputs.</summary>
internal static class SeedSamples
{
    public static SourceLocation At { get; } = new("compress.yml", 1, 1);

    public static IReadOnlyList<ModelInput> Inputs { get; } =
    [
        new("x", ElementType.Float, [-1, 4], ["batch", ""]),
        new("ids", ElementType.Int64, [-1, -1], ["batch", "length"]),
        new("rate", ElementType.Float, [], []),
    ];

    public static IReadOnlyList<(string Name, NpyHeader Header)> Arrays { get; } =
    [
        ("x", new(ElementType.Float, [6, 4])),
        ("ids", new(ElementType.Int64, [6, 5])),
        ("rate", new(ElementType.Float, [])),
        ("labels", new(ElementType.Int64, [6])),
        ("state", new(ElementType.Float, [6, 4])),
        ("other", new(ElementType.UInt8, [2, 3, 4])),
    ];

    public static SequenceSpec Sequence { get; } = new([new("state", "stateN", At)], [], [2, 1], [], At);

    public static byte[] Npy(NpyHeader header, byte[] elements)
    {
        using var stream = new MemoryStream();
        header.Write(stream);
        stream.Write(elements);
        return stream.ToArray();
    }

    public static byte[] Npz(CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, header) in Arrays)
            {
                using var entry = archive.CreateEntry($"{name}.npy", level).Open();
                entry.Write(Npy(header, new byte[header.Elements * header.ElementBytes]));
            }
        }

        return stream.ToArray();
    }

    public static IEnumerable<byte[]> Tensors =>
    [
        .. SeedModels.Plain.Graph.Initializer.Select(tensor => tensor.ToByteArray()),
        new TensorProto { DataType = (int)ElementType.UInt64, Dims = { 2 }, Uint64Data = { 1, 2 } }.ToByteArray(),
        new TensorProto { DataType = (int)ElementType.Bool, Dims = { 2 }, Int32Data = { 1, 0 } }.ToByteArray(),
        new TensorProto { DataType = (int)ElementType.Double, Dims = { 2 }, DoubleData = { 1, 0 } }.ToByteArray(),
        new TensorProto { DataType = (int)ElementType.Int64, Dims = { 2 }, Int64Data = { 1, 0 } }.ToByteArray(),
    ];

    /// <summary>RIFF WAVE of a few values.</summary>
    public static byte[] Wav(ushort format, ushort channels, ushort bits)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var data = new byte[12 * channels * bits / 8];
        writer.Write("RIFF"u8);
        writer.Write(36 + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write(format);
        writer.Write(channels);
        writer.Write(16000);
        writer.Write(16000 * channels * bits / 8);
        writer.Write((ushort)(channels * bits / 8));
        writer.Write(bits);
        writer.Write("data"u8);
        writer.Write(data.Length);
        writer.Write(data);
        writer.Flush();
        return stream.ToArray();
    }
}
