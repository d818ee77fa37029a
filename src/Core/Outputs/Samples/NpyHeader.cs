using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CompressTasks.Numerics;

namespace CompressTasks.Outputs.Samples;

/// <summary>The header of an array in NumPy's <c>.npy</c> format, versions 1 to 3.</summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">The length of every axis; empty for a scalar.</param>
internal sealed partial record NpyHeader(ElementType Type, IReadOnlyList<long> Shape)
{
    private const int Longest = 1 << 20;

    /// <summary>Elements begin at multiples of this, as version 1.0 of the format asks.</summary>
    private const int Alignment = 64;

    /// <summary>What NumPy calls the types.</summary>
    private static readonly Dictionary<ElementType, string> _descriptions = new()
    {
        [ElementType.Bool] = "|b1",
        [ElementType.Int8] = "|i1",
        [ElementType.UInt8] = "|u1",
        [ElementType.Int16] = "<i2",
        [ElementType.UInt16] = "<u2",
        [ElementType.Int32] = "<i4",
        [ElementType.UInt32] = "<u4",
        [ElementType.Int64] = "<i8",
        [ElementType.UInt64] = "<u8",
        [ElementType.Float16] = "<f2",
        [ElementType.Float] = "<f4",
        [ElementType.Double] = "<f8",
    };

    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => Type.BitsPerElement() / 8;

    /// <summary>The product of <see cref="Shape"/>; 1 for a scalar.</summary>
    public long Elements => Shape.Aggregate(1L, (product, length) => checked(product * length));

    /// <summary>Writes the header in version 1.0 of the format.</summary>
    public void Write(Stream stream)
    {
        var shape = string.Concat(Shape.Select(length => string.Create(CultureInfo.InvariantCulture, $"{length}, "))).TrimEnd(' ');
        var text = $"{{'descr': '{_descriptions[Type]}', 'fortran_order': False, 'shape': ({(Shape.Count > 1 ? shape.TrimEnd(',') : shape)}), }}";

        // Magic, two bytes of version and two of length; the text is padded with blanks and ends with a new line.
        var padded = ((10 + text.Length + 1 + Alignment - 1) / Alignment * Alignment) - 10;
        Span<byte> start = [0x93, .. "NUMPY"u8, 1, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(start[8..], checked((ushort)padded));
        stream.Write(start);
        stream.Write(Encoding.ASCII.GetBytes(text.PadRight(padded - 1) + "\n"));
    }

    /// <summary>Reads the header and leaves the stream at the first element.</summary>
    /// <exception cref="InvalidDataException">It is no such header, or of a type or order that is not read.</exception>
    public static NpyHeader Read(Stream stream)
    {
        // Magic, major and minor version, the header's length in two bytes (version 1) or four, then a Python dictionary.
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false) < 10 || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
            throw new InvalidDataException("it does not begin as an .npy file does");
        if (start[6] is < 1 or > 3)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"its .npy version is {start[6]}, expected 1, 2 or 3"));
        long length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (start[6] > 1)
        {
            if (stream.ReadAtLeast(start[10..], 2, throwOnEndOfStream: false) < 2)
                throw Truncated();
            length = BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        }

        if (length > Longest)
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"its .npy header has {length} bytes, expected {Longest} at most"));
        var text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < length)
            throw Truncated();
        return Parse(Encoding.UTF8.GetString(text).Trim());
    }

    private static InvalidDataException Truncated() => new("it ends within its .npy header");

    private static NpyHeader Parse(string header)
    {
        var (descr, order, shape) = (Descr().Match(header), FortranOrder().Match(header), ShapeTuple().Match(header));
        if (!descr.Success || !order.Success || !shape.Success)
            throw new InvalidDataException($"its .npy header is {header}, expected descr, fortran_order and shape of a plain array");
        if (order.Groups["value"].Value == "True" && shape.Groups["length"].Captures.Count > 1)
            throw new InvalidDataException("its array is in Fortran order, expected C order; save numpy.ascontiguousarray of it");
        try
        {
            var result = new NpyHeader(TypeOf(descr.Groups["value"].Value),
                [.. shape.Groups["length"].Captures.Select(length => long.Parse(length.Value, CultureInfo.InvariantCulture))]);
            _ = checked(result.Elements * result.ElementBytes);
            return result;
        }
        catch (OverflowException)
        {
            throw new InvalidDataException($"its .npy header is {header}: no file is that long");
        }
    }

    private static ElementType TypeOf(string descr) =>
        _descriptions.FirstOrDefault(item => item.Value == descr) is { Value: not null } found ? found.Key
            : throw new InvalidDataException($"its elements are '{descr}', expected little-endian numbers or truth values ('<f4', '<i8', '|b1', …)");

    [GeneratedRegex(@"'descr'\s*:\s*'(?<value>[^']*)'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(?<value>True|False)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"'shape'\s*:\s*\(\s*((?<length>[0-9]+)L?\s*,\s*)*((?<length>[0-9]+)L?\s*)?\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ShapeTuple();
}
