using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>Samples in NumPy's <c>.npz</c>. Other arrays than the model's inputs are ignored.</summary>
internal sealed class NpzSamples : ISampleSource
{
    private readonly NpzArchive _file;
    private readonly IReadOnlyList<NpzArray> _arrays;
    private readonly int _count;
    private readonly LabelArray? _labels;

    private NpzSamples(NpzArchive file, FileSamplesSpec spec, IReadOnlyList<NpzArray> arrays, int count, LabelArray? labels)
    {
        _file = file;
        _arrays = arrays;
        _count = count;
        _labels = labels;
        Summary = new("npz", spec.Pattern, file.Sha256(), count);
    }

    public SampleSourceSummary Summary { get; }

    public IReadOnlyList<string> Files => [_file.Path];

    /// <exception cref="CompressException">CT1502 to CT1509: there is no such file, or it does not fit the model.</exception>
    public static NpzSamples Open(FileSamplesSpec spec, string folder, IReadOnlyList<ModelInput> inputs, LabelsSpec? labels = null,
        IReadOnlyList<(string Input, string Output)>? states = null)
    {
        var file = new NpzArchive(spec, folder, states);
        var feedback = states is [var (state, output), ..] ? SequenceDiagnostics.Example(state, output) : null;
        file.RequireIsThere();
        using var archive = file.Open();
        List<NpzArray> arrays = [.. inputs.Select(input => NpzArray.Fit(input, file.Header(archive, input), spec.Pattern, spec.At, feedback))];
        if (arrays.FirstOrDefault(array => array.SampleBytes > Array.MaxLength) is { } large)
            throw SampleDiagnostics.WrongShape(large.Input, large.Header.Shape, "a sample must be smaller than 2 GiB", spec.At);
        var count = file.Reading(() => Count(arrays, spec));
        return new(file, spec, arrays, count, labels is null ? null : LabelArray.Open(file, archive, labels, count));
    }

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun)
    {
        using var archive = _file.Open();
        var streams = new List<Stream>();
        try
        {
            foreach (var array in _arrays)
                streams.Add(_file.Elements(archive, array.Input.Name));
            if (_labels is not null)
                streams.Add(_file.Elements(archive, _labels.Name));
            var constants = _arrays.Select((array, index) => array.IsConstant ? Take(streams[index], array, 1) : null).ToList();
            var batchable = _arrays.All(array => array.IsBatchable);
            for (var done = 0; done < _count;)
            {
                var samples = batchable ? Math.Clamp(samplesPerRun(), 1, _count - done) : 1;
                yield return SampleSequence.Of(
                    [.. _arrays.Select((array, index) => constants[index] ?? Take(streams[index], array, samples))], _labels?.Take(_file, streams[^1], samples));
                done += samples;
            }
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    private TensorValue Take(Stream stream, NpzArray array, int samples) =>
        new(array.Input.Name, array.Header.Type, array.ShapeOf(samples), _file.Take(stream, array.SampleBytes * samples));

    private static int Count(List<NpzArray> arrays, FileSamplesSpec spec)
    {
        // A model without inputs, or with constant ones only, is run once.
        if (arrays.FirstOrDefault(array => !array.IsConstant) is not { } first)
            return 1;
        if (arrays.FirstOrDefault(array => !array.IsConstant && array.Samples != first.Samples) is { } other)
            throw SampleDiagnostics.CountsDiffer(spec.Pattern, first.Input, first.Samples, other.Input, other.Samples, spec.At);
        return checked((int)first.Samples);
    }
}
