using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace TinyGpt;

/// <summary>A row-major matrix of tokens.</summary>
internal sealed record TokenMatrix(long[] Values, int Rows, int Columns);

/// <summary>Reads int64 matrices from a .npz file: a zip archive with one array in NumPy's .npy format per entry.</summary>
internal static partial class NpzReader
{
    private const int PrefixLength = 10;
    private static ReadOnlySpan<byte> MagicAndVersion1 => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <exception cref="InvalidDataException">The entry is missing or is not an int64 matrix in C order.</exception>
    public static TokenMatrix ReadTokens(string path, string name)
    {
        using var archive = ZipFile.OpenRead(path);
        var entry = archive.GetEntry(name + ".npy") ?? throw new InvalidDataException($"{path} has no array '{name}'.");
        using var stream = entry.Open();

        var prefix = new byte[PrefixLength];
        stream.ReadExactly(prefix);
        if (!prefix.AsSpan().StartsWith(MagicAndVersion1))
            throw new InvalidDataException($"{path}: '{name}' is not in .npy format 1.0.");

        var header = new byte[BinaryPrimitives.ReadUInt16LittleEndian(prefix.AsSpan(8))];
        stream.ReadExactly(header);
        var match = Int64MatrixHeader().Match(Encoding.Latin1.GetString(header));
        if (!match.Success)
            throw new InvalidDataException($"{path}: '{name}' is not an int64 matrix in C order but {Encoding.Latin1.GetString(header).Trim()}");

        var rows = int.Parse(match.Groups["rows"].ValueSpan, CultureInfo.InvariantCulture);
        var columns = int.Parse(match.Groups["columns"].ValueSpan, CultureInfo.InvariantCulture);
        var values = new long[checked(rows * columns)];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(values, values);
        return new TokenMatrix(values, rows, columns);
    }

    [GeneratedRegex(@"'descr': '<i8', 'fortran_order': False, 'shape': \((?<rows>\d+), (?<columns>\d+)\)")]
    private static partial Regex Int64MatrixHeader();
}
