using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>Samples as ONNX models come with them: one folder for each, with one <c>input_N.pb</c> for each input.</summary>
internal sealed partial class ProtobufSamples : ISampleSource
{
    private readonly FileSamplesSpec _spec;
    private readonly string _folder;
    private readonly IReadOnlyList<ModelInput> _inputs;
    private readonly IReadOnlyList<IReadOnlyList<string>> _samples;

    private ProtobufSamples(FileSamplesSpec spec, string folder, IReadOnlyList<ModelInput> inputs, IReadOnlyList<IReadOnlyList<string>> samples)
    {
        _spec = spec;
        _folder = folder;
        _inputs = inputs;
        _samples = samples;
        Files = [.. samples.SelectMany(files => files)];
        Summary = new("protobuf", spec.Pattern, Sha256(), samples.Count);
    }

    public SampleSourceSummary Summary { get; }

    public IReadOnlyList<string> Files { get; }

    /// <exception cref="CompressException">CT1502 to CT1507: there are no such files, or the first sample does not fit the model.</exception>
    public static ProtobufSamples Open(FileSamplesSpec spec, string folder, IReadOnlyList<ModelInput> inputs)
    {
        var files = Find(spec, folder);
        if (files.Count == 0)
            throw SampleDiagnostics.NoSamplesInside(spec.Pattern, spec.At);
        var samples = files.Where(file => InputNumber(file) is not null)
            .GroupBy(file => Path.GetDirectoryName(file)!, StringComparer.Ordinal)
            .OrderBy(sample => sample.Key, StringComparer.Ordinal)
            .Select(sample => (IReadOnlyList<string>)[.. sample.OrderBy(InputNumber)])
            .ToList();
        if (samples.Count == 0)
            throw SampleDiagnostics.NoSamplesInside(spec.Pattern, spec.At);
        try
        {
            var source = new ProtobufSamples(spec, folder, inputs, samples);
            // Small files, checked before hours of compression, not after.
            foreach (var sample in samples)
                source.Load(sample);
            return source;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SampleDiagnostics.Unreadable(spec.Pattern, error.Message, spec.At, error);
        }
    }

    /// <summary>The files that a spec names, in any order.</summary>
    /// <exception cref="CompressException">CT1502, CT1503: there is no such folder, or it cannot be searched.</exception>
    public static List<string> Find(FileSamplesSpec spec, string folder)
    {
        var path = Path.GetFullPath(spec.Pattern, folder);
        try
        {
            if (spec.Pattern.Contains('*', StringComparison.Ordinal))
                return new FileGlob(InputFiles(spec.Pattern.TrimEnd('/')), folder).Match();
            if (File.Exists(path))
                return [path];
            if (!Directory.Exists(path))
                throw SampleDiagnostics.NotFound(spec.Pattern, Path.GetDirectoryName(path)!, spec.At);
            var own = Directory.GetFiles(path, "input_*.pb");
            return own.Length > 0 ? [.. own]
                : [.. Directory.GetDirectories(path, "test_data_set_*").SelectMany(set => Directory.GetFiles(set, "input_*.pb"))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SampleDiagnostics.Unreadable(spec.Pattern, error.Message, spec.At, error);
        }
    }

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun) => _samples.Select(files => SampleSequence.Of(Load(files)));

    private List<TensorValue> Load(IReadOnlyList<string> files)
    {
        var values = new Dictionary<string, TensorValue>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var tensor = Load(file);
            var input = InputOf(tensor, InputNumber(file)!.Value);
            if (tensor.Type != input.Type)
                throw SampleDiagnostics.WrongType(input, tensor.Type.SpecName(), _spec.At);
            if (!input.Accepts(tensor.Shape))
                throw SampleDiagnostics.WrongShape(input, tensor.Shape, $"see {Shown(file)}", _spec.At);
            if (!values.TryAdd(input.Name, tensor with { Name = input.Name }))
                throw SampleDiagnostics.Unreadable(Shown(file), $"another file beside it has values for {input.Name} as well", _spec.At);
        }

        var missing = _inputs.FirstOrDefault(input => !values.ContainsKey(input.Name));
        return missing is null
            ? [.. _inputs.Select(input => values[input.Name])]
            : throw SampleDiagnostics.MissingInput(missing, Shown(Path.GetDirectoryName(files[0])!), [.. values.Keys], _spec.At);
    }

    private TensorValue Load(string file)
    {
        try
        {
            return ProtobufTensor.Read(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw SampleDiagnostics.Unreadable(Shown(file), error.Message, _spec.At, error);
        }
    }

    private ModelInput InputOf(TensorValue tensor, int number) =>
        _inputs.FirstOrDefault(input => input.Name == tensor.Name)
        ?? (tensor.Name.Length == 0 && number < _inputs.Count ? _inputs[number]
            : throw SampleDiagnostics.UnknownInput(tensor.Name, _inputs, _spec.At));

    /// <summary>A pattern may name files, or the folders that they are in.</summary>
    private static string InputFiles(string pattern) => pattern.EndsWith(".pb", StringComparison.Ordinal) ? pattern : pattern + "/input_*.pb";

    private string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files)
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string Shown(string path) => Path.GetRelativePath(_folder, path).Replace('\\', '/');

    private static int? InputNumber(string file) =>
        InputFile().Match(Path.GetFileName(file)) is { Success: true } match
            && int.TryParse(match.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"^input_(?<number>[0-9]+)\.pb\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex InputFile();
}
