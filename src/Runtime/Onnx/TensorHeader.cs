using System.Collections.ObjectModel;
using CompressTasks.Numerics;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>What a tensor says about itself, read from wherever its fields stand on the wire.</summary>
internal sealed class TensorHeader
{
    /// <summary>Dimensions of a tensor at most: what an artifact has room for. numpy allows as many.</summary>
    public const int MaxRank = 64;

    private const int ExternalLocation = 1;

    private Dictionary<string, string>? _external;

    private TensorHeader()
    {
    }

    /// <summary>The first dimensions: no more than <see cref="MaxRank"/>, however many there are.</summary>
    public List<long> Shape { get; } = [];

    /// <summary>How many dimensions there are.</summary>
    public int Rank { get; private set; }

    public ElementType ElementType { get; private set; }

    public string Name { get; private set; } = "";

    public bool IsSegment { get; private set; }

    public bool IsExternal { get; private set; }

    /// <summary>The raw_data field; null when there is none or nothing in it. A parser keeps the last one.</summary>
    public WireField? RawData { get; private set; }

    /// <summary>Keys and values of external_data.</summary>
    public IReadOnlyDictionary<string, string> External => _external ?? (IReadOnlyDictionary<string, string>)ReadOnlyDictionary<string, string>.Empty;

    /// <param name="path">What diagnostics call the file.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="tensor">The tensor's place in it.</param>
    public static TensorHeader Read(string path, ReadOnlySpan<byte> file, WireMessage tensor)
    {
        var header = new TensorHeader();
        var reader = new WireReader(path, file, tensor);
        while (reader.TryRead(out var field))
            header.Take(path, file, tensor, field);
        return header;
    }

    private void Take(string path, ReadOnlySpan<byte> file, WireMessage tensor, in WireField field)
    {
        switch (field.Number)
        {
            case FieldNumbers.Tensor.Dims when field.IsVarint:
                Add((long)field.Value);
                break;
            case FieldNumbers.Tensor.Dims when field.IsLengthDelimited:
                ReadPackedShape(path, file, field);
                break;
            case FieldNumbers.Tensor.DataType when field.IsVarint:
                ElementType = field.Value <= int.MaxValue ? (ElementType)field.Value
                    : throw ModelDiagnostics.Malformed(path, field.TagOffset, $"there is no data type {(long)field.Value}");
                break;
            case FieldNumbers.Tensor.Segment when field.IsLengthDelimited:
                IsSegment = true;
                break;
            case FieldNumbers.Tensor.Name when field.IsLengthDelimited:
                Name = field.Text(file);
                break;
            case FieldNumbers.Tensor.RawData when field.IsLengthDelimited:
                RawData = field.Length > 0 ? field : null;
                break;
            case FieldNumbers.Tensor.ExternalData when field.IsLengthDelimited:
                var entry = ExternalDataEntry.Read(path, file, tensor.Child(field));
                (_external ??= new(StringComparer.Ordinal))[entry.Key] = entry.Value;
                break;
            case FieldNumbers.Tensor.DataLocation when field.IsVarint:
                // As protobuf does it: the low 32 bits of a number count.
                IsExternal = (int)field.Value == ExternalLocation;
                break;
        }
    }

    private void Add(long dimension)
    {
        if (Rank++ < MaxRank)
            Shape.Add(dimension);
    }

    private void ReadPackedShape(string path, ReadOnlySpan<byte> file, in WireField field)
    {
        var values = file.Slice(field.Start, field.Length);
        if (values is [.., >= 0x80])
            throw ModelDiagnostics.Malformed(path, field.TagOffset, "the last number of a packed field is cut off");
        var value = 0UL;
        var shift = 0;
        foreach (var next in values)
        {
            if (shift < 64)
                value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
            if (next >= 0x80)
                continue;
            Add((long)value);
            value = 0;
            shift = 0;
        }
    }
}
