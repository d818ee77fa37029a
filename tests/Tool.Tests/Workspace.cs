using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CompressTasks.Tool.Tests;

/// <summary>A folder of its own for one test, with small models written from the wire format's own description.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("compresstasks-tool-").FullName;

    public string Folder => _folder;

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>Everything in the folder, relative, in ordinal order.</summary>
    public IEnumerable<string> Entries =>
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>A model of float matrices whose values look like trained weights: a bell curve from a seed.</summary>
    public string WriteModel(string name, params (string Name, int Rows, int Columns)[] weights)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name],
            [.. Field(1, 8), .. Field(7, [.. Field(2, "graph"u8), .. weights.SelectMany((w, i) => Field(5, Tensor(w.Name, w.Rows, w.Columns, i)))]),
                .. Field(8, [.. Field(2, 17)])]);
        return this[name];
    }

    /// <summary>A model of one float matrix that lies in another file beside it.</summary>
    public void WriteExternalModel(string name, string dataName, int rows, int columns)
    {
        // TensorProto: external_data = 13 with key = 1 and value = 2, data_location = 14 (1 is external).
        var random = new Random(1);
        var values = Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() + random.NextDouble() - 1)).ToArray();
        File.WriteAllBytes(this[dataName], MemoryMarshal.AsBytes<float>(values));
        File.WriteAllBytes(this[name],
            [.. Field(1, 8), .. Field(7, [.. Field(2, "graph"u8), .. Field(5,
                [.. Field(1, rows), .. Field(1, columns), .. Field(2, 1), .. Field(8, "w"u8),
                    .. Field(13, [.. Field(1, "location"u8), .. Field(2, Encoding.UTF8.GetBytes(dataName))]), .. Field(14, 1)])]),
                .. Field(8, [.. Field(2, 17)])]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // TensorProto: dims = 1, data_type = 2 (1 is float), name = 8, raw_data = 9.
    private static byte[] Tensor(string name, int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var data = new byte[4 * rows * columns];
        for (var i = 0; i < rows * columns; i++)
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4 * i),
                (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) / 10);
        return [.. Field(1, rows), .. Field(1, columns), .. Field(2, 1), .. Field(8, Encoding.UTF8.GetBytes(name)), .. Field(9, data)];
    }

    private static byte[] Field(int number, int value) => [(byte)(number << 3), .. Varint(value)];

    private static byte[] Field(int number, ReadOnlySpan<byte> value) => [(byte)((number << 3) | 2), .. Varint(value.Length), .. value];

    private static List<byte> Varint(int value)
    {
        List<byte> bytes = [];
        for (; value > 127; value >>= 7)
            bytes.Add((byte)(value | 128));
        bytes.Add((byte)value);
        return bytes;
    }
}
