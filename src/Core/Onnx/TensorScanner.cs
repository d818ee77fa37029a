using System.Globalization;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>Makes a weight of a tensor message, and holds it to its word: shape, type and payload must agree.</summary>
internal sealed class TensorScanner(OpenedFile file, ExternalFiles externals)
{
    private const string NoName = "(unnamed)";

    private readonly PathNames _paths = new();

    public OnnxWeight Scan(FoundTensor found)
    {
        var (tensor, header) = (found.Message, found.Header);
        var path = _paths.Take(found.Path.Length == 0 || found.Path.EndsWith('/') ? found.Path + NoName : found.Path);
        if (header.Rank > TensorHeader.MaxRank)
            throw ModelDiagnostics.TooManyDimensions(file.Path, path, tensor.Start, header.Rank, TensorHeader.MaxRank);
        var elements = CountElements(tensor, header.Shape, path);
        var payload = Locate(tensor, header, path, elements);

        // Bytes that are those of no elements belong to nobody.
        if (elements == 0)
            payload = payload with { PayloadBytes = 0 };
        return new OnnxWeight
        {
            Path = path,
            ElementType = header.ElementType,
            Shape = header.Shape,
            Elements = elements,
            IsSparse = found.IsSparse,
            Storage = payload.Storage,
            StoredBytes = payload.StoredBytes,
            PayloadBytes = payload.PayloadBytes,
            File = payload.File,
            Offset = payload.Offset,
            Message = tensor,
        };
    }

    private Payload Locate(WireMessage tensor, TensorHeader header, string path, long elements)
    {
        var expected = ExpectedBytes(tensor, header, path, elements);
        if (header.IsExternal)
            return LocateExternal(tensor, header, path, expected);
        if (header.IsSegment)
            return new Payload(WeightStorage.Other, header.RawData?.Length
                ?? TensorData.Measure(file, tensor, TensorData.FieldOf(header.ElementType)).StoredBytes, 0, 0, -1);
        if (header.RawData is { } raw)
        {
            Require(expected is null || expected == raw.Length, tensor, header, path, expected, raw.Length);
            return new Payload(WeightStorage.RawData, raw.Length, raw.Length, 0, raw.Start);
        }

        return LocateTyped(tensor, header, path, elements, expected);
    }

    private Payload LocateTyped(WireMessage tensor, TensorHeader header, string path, long elements, long? expected)
    {
        var fieldNumber = TensorData.FieldOf(header.ElementType);
        var data = TensorData.Measure(file, tensor, fieldNumber);
        var storage = fieldNumber switch
        {
            _ when data.StoredBytes == 0 => WeightStorage.None,
            TensorProto.FloatDataFieldNumber => WeightStorage.FloatData,
            TensorProto.DoubleDataFieldNumber => WeightStorage.DoubleData,
            TensorProto.Int32DataFieldNumber => WeightStorage.Int32Data,
            _ => WeightStorage.Other,
        };
        if (fieldNumber is TensorProto.FloatDataFieldNumber or TensorProto.DoubleDataFieldNumber)
        {
            Require(expected == data.StoredBytes, tensor, header, path, expected, data.StoredBytes);
            return new Payload(storage, data.StoredBytes, data.StoredBytes, 0, data.IsPackedOnce ? data.Start : -1);
        }

        if (!header.ElementType.IsFloatingPoint())
            return new Payload(storage, data.StoredBytes, 0, 0, -1);

        // Float16 and bfloat16: one varint of one to three bytes for each element.
        Require(data.Elements == elements, tensor, header, path, expected, data.Elements * sizeof(ushort));
        return new Payload(storage, data.StoredBytes, elements * sizeof(ushort), 0, -1);
    }

    private Payload LocateExternal(WireMessage tensor, TensorHeader header, string path, long? expected)
    {
        if (!header.External.TryGetValue("location", out var location) || location.Length == 0)
            throw ModelDiagnostics.ExternalLocationMissing(file.Path, path);
        var offset = ExternalNumber(header, path, "offset") ?? 0;

        // ONNX Runtime takes a length of 0 for none.
        var length = (ExternalNumber(header, path, "length") is > 0 and var given ? (long?)given : null) ?? expected
            ?? throw ModelDiagnostics.ExternalLengthUnknown(file.Path, path);
        Require(expected is null || expected == length, tensor, header, path, expected, length);
        if (length > Array.MaxLength)
            throw ModelDiagnostics.TensorTooLarge(file.Path, path, length);
        var index = externals.Open(location, path);
        var available = externals.Files[index].Length;
        if (offset > available || length > available - offset)
            throw ModelDiagnostics.ExternalFileTooShort(file.Path, location, path, SaturatingAdd(offset, length), available);
        return new Payload(WeightStorage.External, length, length, index + 1, offset);
    }

    private long? ExternalNumber(TensorHeader header, string path, string key)
    {
        if (!header.External.TryGetValue(key, out var text))
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ModelDiagnostics.ExternalNumber(file.Path, path, key, text);
    }

    private long CountElements(WireMessage tensor, List<long> shape, string path)
    {
        foreach (var dimension in shape)
        {
            if (dimension < 0)
                throw ModelDiagnostics.NegativeDimension(file.Path, path, tensor.Start, dimension);
        }

        if (shape.Contains(0))
            return 0;
        var elements = 1L;
        foreach (var dimension in shape)
        {
            if (dimension > long.MaxValue / elements)
                throw ModelDiagnostics.TooManyElements(file.Path, path, tensor.Start, shape);
            elements *= dimension;
        }

        return elements;
    }

    // Sub-byte elements are packed without gaps, and the last byte is filled up.
    private long? ExpectedBytes(WireMessage tensor, TensorHeader header, string path, long elements)
    {
        var bits = header.ElementType.BitsPerElement();
        if (bits == 0)
            return null;
        var limit = (long.MaxValue - 7) / bits;
        return elements <= limit
            ? ((elements * bits) + 7) / 8
            : throw ModelDiagnostics.TooManyElements(file.Path, path, tensor.Start, header.Shape);
    }

    private void Require(bool agrees, WireMessage tensor, TensorHeader header, string path, long? expected, long found)
    {
        if (agrees)
            return;
        var expectation = $"the shape [{string.Join(", ", header.Shape)}] of {header.ElementType}";
        throw ModelDiagnostics.PayloadLength(file.Path, path, tensor.Start, expectation, expected ?? 0, found);
    }

    private static long SaturatingAdd(long offset, long length) => offset > long.MaxValue - length ? long.MaxValue : offset + length;

    private readonly record struct Payload(WeightStorage Storage, long StoredBytes, long PayloadBytes, int File, long Offset);
}
