using System.IO.Compression;
using System.Security.Cryptography;
using CompressTasks.IO;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>An <c>.npz</c> file of a spec: a ZIP archive with one <c>.npy</c> for each array.</summary>
/// <param name="spec">Names it.</param>
/// <param name="folder">What the name is relative to.</param>
/// <param name="states">Inputs that could be fed back, and from where; for messages.</param>
internal sealed class NpzArchive(FileSamplesSpec spec, string folder, IReadOnlyList<(string Input, string Output)>? states = null)
{
    private const string Extension = ".npy";

    public string Path { get; } = System.IO.Path.GetFullPath(spec.Pattern, folder);

    /// <exception cref="Diagnostics.CompressException">CT1502: there is no such file.</exception>
    public void RequireIsThere()
    {
        if (!File.Exists(Path))
            throw SampleDiagnostics.NotFound(spec.Pattern, System.IO.Path.GetDirectoryName(Path)!, spec.At);
    }

    public ZipArchive Open() => Reading(() =>
    {
        DiskFile.Require(Path);
        var archive = ZipFile.OpenRead(Path);
        if (archive.Entries.GroupBy(entry => entry.FullName, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any()) is not { } twice)
            return archive;
        archive.Dispose();
        throw new InvalidDataException($"{twice.Key} is in it twice, and nothing says which one is meant");
    });

    /// <summary>Lower-case hexadecimal.</summary>
    public string Sha256() => Reading(() =>
    {
        using var file = File.OpenRead(Path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    });

    public bool Has(ZipArchive archive, string array) => Reading(() => archive.GetEntry(array + Extension) is not null);

    /// <summary>The header of the array of an input, whose elements are all there.</summary>
    /// <exception cref="Diagnostics.CompressException">CT1503 or CT1504: there is no such array, or it is damaged.</exception>
    public NpyHeader Header(ZipArchive archive, ModelInput input)
    {
        return Reading(() =>
        {
            var entry = archive.GetEntry(input.Name + Extension) ?? throw SampleDiagnostics.MissingInput(input, spec.Pattern,
                [.. archive.Entries.Select(other => System.IO.Path.ChangeExtension(other.FullName, null))], spec.At, Feedback(input.Name));
            using var stream = entry.Open();
            var header = NpyHeader.Read(stream);
            var rest = 0L;
            var block = new byte[1 << 16];
            for (int read; (read = stream.Read(block)) > 0;)
                rest += read;
            return rest == header.Elements * header.ElementBytes ? header : throw new InvalidDataException(FormattableString.Invariant(
                $"{entry.FullName} announces {header.Elements * header.ElementBytes} bytes of elements, and {rest} follow"));
        });
    }

    /// <summary>How to feed an input back in place of giving it; null when no output looks as if it were meant for it.</summary>
    private string? Feedback(string input) => states?.FirstOrDefault(state => state.Input == input).Output is not { } output ? null
        : spec.Sequence is null ? $"say {SequenceDiagnostics.Example(input, output)}" : $"add {input}: {output} to feedback";

    /// <summary>A stream that stands at the first element.</summary>
    public Stream Elements(ZipArchive archive, string array) => Reading(() =>
    {
        var entry = archive.GetEntry(array + Extension) ?? throw new InvalidDataException("it has changed since it was opened");
        var stream = entry.Open();
        NpyHeader.Read(stream);
        return stream;
    });

    public byte[] Take(Stream stream, long count) => Reading(() =>
    {
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    });

    /// <exception cref="Diagnostics.CompressException">CT1503: the file cannot be read.</exception>
    public T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error) when (!IsArchive())
        {
            throw SampleDiagnostics.Unreadable(spec.Pattern, $"it is no .npz, which numpy.savez writes ({error.Message.TrimEnd('.')})", spec.At, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or OverflowException)
        {
            throw SampleDiagnostics.Unreadable(spec.Pattern, error.Message, spec.At, error);
        }
    }

    /// <summary>Whether the file begins as ZIP archives do, an empty one included.</summary>
    private bool IsArchive()
    {
        using var file = File.OpenRead(Path);
        Span<byte> start = stackalloc byte[2];
        return file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual("PK"u8);
    }
}
