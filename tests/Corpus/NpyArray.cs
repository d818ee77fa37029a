using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Corpus;

/// <summary>An array in NumPy's <c>.npy</c> format, version 1 to 3: little-endian int32, int64 or float32 in C order.</summary>
public sealed partial class NpyArray
{
    private readonly byte[] _bytes;

    private NpyArray(TensorElementType elementType, long[] shape, byte[] bytes)
    {
        ElementType = elementType;
        Shape = shape;
        _bytes = bytes;
    }

    /// <summary>The type of the elements.</summary>
    public TensorElementType ElementType { get; }

    /// <summary>The extent of each axis; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>The elements in row-major order.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not the type of the elements.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged
    {
        if (TypeOf<T>() != ElementType)
            throw new InvalidOperationException($"The array holds {ElementType} elements, not {typeof(T).Name}.");
        return MemoryMarshal.Cast<byte, T>(_bytes);
    }

    /// <summary>The array as the input of a model.</summary>
    public NamedTensor ToTensor(string name) => new(name, ElementType, Shape, _bytes);

    /// <summary>Parses a whole <c>.npy</c> file.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, is truncated, or holds something other than the types named above.</exception>
    public static NpyArray Parse(byte[] file)
    {
        // Magic, major and minor version, then the header's length in two bytes (version 1) or four, then a Python dictionary.
        if (file.Length < 12 || file[0] != 0x93 || !file.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
            throw new InvalidDataException("The data does not begin like an .npy file.");
        var lengthSize = file[6] == 1 ? 2 : 4;
        var headerStart = 8 + lengthSize;
        long headerLength = lengthSize == 2
            ? BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8))
            : BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8));
        if (headerStart + headerLength > file.Length)
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"The .npy header should be {headerLength} bytes long, and the file ends before."));

        var header = Encoding.UTF8.GetString(file, headerStart, (int)headerLength);
        var match = Header().Match(header);
        if (!match.Success)
            throw new InvalidDataException(
                $"The .npy header is {header.Trim()}; expected descr '<i4', '<i8' or '<f4', fortran_order False and a shape.");

        var (elementType, size) = match.Groups["descr"].Value switch
        {
            "<i4" => (TensorElementType.Int32, 4),
            "<i8" => (TensorElementType.Int64, 8),
            _ => (TensorElementType.Float, 4),
        };
        long[] shape = [.. match.Groups["extent"].Captures.Select(capture => long.Parse(capture.Value, CultureInfo.InvariantCulture))];
        var expected = shape.Aggregate((long)size, (bytes, extent) => checked(bytes * extent));
        var found = file.Length - headerStart - headerLength;
        if (found != expected)
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"The .npy header announces {expected} bytes of elements, and {found} follow it."));
        return new NpyArray(elementType, shape, file[^(int)expected..]);
    }

    [GeneratedRegex(@"^\{'descr': '(?<descr><i4|<i8|<f4)', 'fortran_order': False, 'shape': \(((?<extent>\d+),? ?)*\), ?\}\s*$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Header();

    private static TensorElementType TypeOf<T>() => typeof(T) switch
    {
        var type when type == typeof(int) => TensorElementType.Int32,
        var type when type == typeof(long) => TensorElementType.Int64,
        var type when type == typeof(float) => TensorElementType.Float,
        var type => throw new InvalidOperationException($"{type.Name} is not a type that is read from .npy files; Int32, Int64 and Single are."),
    };
}
