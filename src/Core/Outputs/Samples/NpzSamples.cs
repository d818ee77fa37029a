using System.IO.Compression;
using System.Security.Cryptography;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>
/// Samples in NumPy's <c>.npz</c>, a ZIP archive with one <c>.npy</c> for each array. Other arrays than the model's inputs are ignored.
/// </summary>
internal sealed class NpzSamples : ISampleSource
{
    private const string Extension = ".npy";

    private readonly FileSamplesSpec _spec;
    private readonly string _path;
    private readonly IReadOnlyList<NpzArray> _arrays;
    private readonly int _count;

    private NpzSamples(FileSamplesSpec spec, string path, IReadOnlyList<NpzArray> arrays, int count, string sha256)
    {
        _spec = spec;
        _path = path;
        _arrays = arrays;
        _count = count;
        Summary = new("npz", spec.Pattern, sha256, count);
    }

    public SampleSourceSummary Summary { get; }

    public IReadOnlyList<string> Files => [_path];

    /// <exception cref="CompressException">CT1502 to CT1509: there is no such file, or it does not fit the model.</exception>
    public static NpzSamples Open(FileSamplesSpec spec, string folder, IReadOnlyList<ModelInput> inputs)
    {
        var path = Path.GetFullPath(spec.Pattern, folder);
        if (!File.Exists(path))
            throw SampleDiagnostics.NotFound(spec.Pattern, Path.GetDirectoryName(path)!, spec.At);
        return Reading(spec, () =>
        {
            using var archive = ZipFile.OpenRead(path);
            List<NpzArray> arrays = [.. inputs.Select(input => Array(archive, input, spec))];
            if (arrays.FirstOrDefault(array => array.SampleBytes > System.Array.MaxLength) is { } large)
                throw SampleDiagnostics.WrongShape(large.Input, large.Header.Shape, "a sample must be smaller than 2 GiB", spec.At);
            using var file = File.OpenRead(path);
            return new NpzSamples(spec, path, arrays, Count(arrays, spec), Convert.ToHexStringLower(SHA256.HashData(file)));
        });
    }

    public IEnumerable<IReadOnlyList<TensorValue>> Read(Func<int> samplesPerRun)
    {
        using var archive = Reading(_spec, () => ZipFile.OpenRead(_path));
        var streams = new List<Stream>();
        try
        {
            foreach (var array in _arrays)
                streams.Add(Reading(_spec, () => OpenAtElements(archive, array.Input.Name)));
            var constants = _arrays.Select((array, index) => array.IsConstant ? Take(streams[index], array, 1) : null).ToList();
            var batchable = _arrays.All(array => array.IsBatchable);
            for (var done = 0; done < _count;)
            {
                var samples = batchable ? Math.Clamp(samplesPerRun(), 1, _count - done) : 1;
                yield return [.. _arrays.Select((array, index) => constants[index] ?? Take(streams[index], array, samples))];
                done += samples;
            }
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    private TensorValue Take(Stream stream, NpzArray array, int samples)
    {
        var bytes = new byte[array.SampleBytes * samples];
        Reading(_spec, () =>
        {
            stream.ReadExactly(bytes);
            return bytes;
        });
        return new(array.Input.Name, array.Header.Type, array.ShapeOf(samples), bytes);
    }

    private static NpzArray Array(ZipArchive archive, ModelInput input, FileSamplesSpec spec)
    {
        if (archive.GetEntry(input.Name + Extension) is not { } entry)
            throw SampleDiagnostics.MissingInput(input, spec.Pattern,
                [.. archive.Entries.Select(other => Path.ChangeExtension(other.FullName, null))], spec.At);
        using var stream = entry.Open();
        var header = NpyHeader.Read(stream);
        var rest = 0L;
        var block = new byte[1 << 16];
        for (int read; (read = stream.Read(block)) > 0;)
            rest += read;
        if (rest != header.Elements * header.ElementBytes)
            throw new InvalidDataException(
                FormattableString.Invariant(
                    $"{entry.FullName} announces {header.Elements * header.ElementBytes} bytes of elements, and {rest} follow"));
        return NpzArray.Fit(input, header, spec.Pattern, spec.At);
    }

    private static Stream OpenAtElements(ZipArchive archive, string input)
    {
        var entry = archive.GetEntry(input + Extension) ?? throw new InvalidDataException("it has changed since it was opened");
        var stream = entry.Open();
        NpyHeader.Read(stream);
        return stream;
    }

    private static int Count(List<NpzArray> arrays, FileSamplesSpec spec)
    {
        // A model without inputs, or with constant ones only, is run once.
        if (arrays.FirstOrDefault(array => !array.IsConstant) is not { } first)
            return 1;
        if (arrays.FirstOrDefault(array => !array.IsConstant && array.Samples != first.Samples) is { } other)
            throw SampleDiagnostics.CountsDiffer(spec.Pattern, first.Input.Name, first.Samples, other.Input.Name, other.Samples, spec.At);
        return checked((int)first.Samples);
    }

    private static T Reading<T>(FileSamplesSpec spec, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or OverflowException)
        {
            throw SampleDiagnostics.Unreadable(spec.Pattern, error.Message, spec.At, error);
        }
    }
}
