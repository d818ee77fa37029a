using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>Sequences in NumPy's <c>.npz</c>. Arrays for inputs that are fed back are what they are in the first step.</summary>
internal sealed class NpzSequences : ISampleSource
{
    private const string InitialRemedy = "in a first step give these axes, one state for all sequences, or one axis more, which counts the sequences";

    private readonly NpzArchive _file;
    private readonly SequenceSpec _spec;
    private readonly IReadOnlyList<SequenceArray> _arrays;
    private readonly IReadOnlyList<FeedbackPair> _feedback;

    /// <summary>Arrays for the first step; null for zeros.</summary>
    private readonly IReadOnlyList<NpzArray?> _initial;
    private readonly int _count;
    private LabelArray? _labels;
    private readonly IReadOnlyList<(int Start, int Length)> _steps;

    private NpzSequences(NpzArchive file, FileSamplesSpec spec, IReadOnlyList<SequenceArray> arrays, IReadOnlyList<FeedbackPair> feedback,
        IReadOnlyList<NpzArray?> initial)
    {
        (_file, _spec, _arrays, _feedback, _initial) = (file, spec.Sequence!, arrays, feedback, initial);
        _count = Count(spec);
        _steps = Steps(spec);
        Summary = new("npz", spec.Pattern, file.Sha256(), _count);
    }

    public SampleSourceSummary Summary { get; }

    public IReadOnlyList<string> Files => [_file.Path];

    /// <exception cref="CompressException">CT1502 to CT1518: there is no such file, or it does not fit the model.</exception>
    public static NpzSequences Open(FileSamplesSpec spec, string folder, IReadOnlyList<ModelInput> inputs, IReadOnlyList<FeedbackPair> feedback,
        LabelsSpec? labels = null, IReadOnlyList<(string Input, string Output)>? states = null)
    {
        var file = new NpzArchive(spec, folder, states);
        file.RequireIsThere();
        using var archive = file.Open();
        var headers = inputs.Select(input => (Input: input, Header: file.Header(archive, input))).ToList();
        var initial = feedback.Select(pair => file.Has(archive, pair.Input.Name)
            ? NpzArray.Fit(pair.Input, file.Header(archive, pair.Input), spec.Pattern, spec.At, remedy: InitialRemedy) : null).ToList();
        var source = new NpzSequences(file, spec, Arrays(spec, headers), feedback, initial);
        source._labels = labels is null ? null : LabelArray.Open(file, archive, labels, source._count).Along(source._steps, source.RowsPerSequence);
        return source;
    }

    /// <summary>Of several files some may be as short as that.</summary>
    /// <exception cref="CompressException">CT1517: all sequences have one step, so that nothing is ever fed back.</exception>
    public static void RequireSteps(IReadOnlyList<ISampleSource> sources, FileSamplesSpec spec)
    {
        if (sources.All(source => source is NpzSequences { _steps.Count: 1 }))
            throw SequenceDiagnostics.OneStep(spec.Pattern, ((NpzSequences)sources[0])._arrays.First(array => array.Length > 0).Header.Shape,
                spec.Sequence!.Steps, spec.At);
    }

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun)
    {
        using var archive = _file.Open();
        var streams = new List<Stream>();
        try
        {
            foreach (var name in _arrays.Select(array => array.Input.Name).Concat(_feedback.Select(pair => pair.Input.Name)))
                streams.Add(_file.Has(archive, name) ? _file.Elements(archive, name) : Stream.Null);
            if (_labels is not null)
                streams.Add(_file.Elements(archive, _labels.Name));
            var constants = _arrays.Select((array, i) => array.Sequences == 0 ? _file.Take(streams[i], array.SequenceBytes) : null).ToList();
            var fixedStates = _initial.Select((array, i) => array is not null && IsShared(array) ? Initial(streams, i, array) : null).ToList();
            var batchable = _arrays.All(array => array.IsBatchable) && _initial.All(array => array is null) && _spec.Initial.Count == 0;
            for (var done = 0; done < _count;)
            {
                var sequences = batchable ? Math.Clamp(samplesPerRun(), 1, _count - done) : 1;
                var bytes = _arrays.Select((array, i) => constants[i] ?? _file.Take(streams[i], array.SequenceBytes * sequences)).ToList();
                var labels = _labels?.Take(_file, streams[^1], sequences);
                var steps = _steps.Select((step, number) => new SampleStep(
                    [.. _arrays.Select((array, i) => array.Step(bytes[i], sequences, number, step.Start, step.Length))],
                    labels is null ? null : _labels!.Step(labels, sequences, number))).ToList();
                var state = _feedback.Select((pair, i) => _initial[i] is { } array ? fixedStates[i] ?? Initial(streams, i, array)
                    : InitialState.Zeros(pair, _spec, steps[0].Inputs, [.. _arrays.Select(other => other.Input)])).ToList();
                yield return new(steps, state, _feedback);
                done += sequences;
            }
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    private TensorValue Initial(List<Stream> streams, int pair, NpzArray array) =>
        new(array.Input.Name, array.Header.Type, array.ShapeOf(1), _file.Take(streams[_arrays.Count + pair], array.SampleBytes));

    /// <summary>Rows that the model takes together, of arrays whose first axis counts sequences.</summary>
    private long RowsPerSequence => _arrays.FirstOrDefault(array => array.IsCut)?.RowsPerSequence ?? 1;

    /// <summary>One state for all sequences.</summary>
    private static bool IsShared(NpzArray array) => array.IsConstant || array.Samples == 1;

    private static List<SequenceArray> Arrays(FileSamplesSpec spec, List<(ModelInput Input, NpyHeader Header)> headers)
    {
        var sequence = spec.Sequence!;
        if (sequence.Grow.FirstOrDefault(name => headers.All(array => array.Input.Name != name)) is { } unknown)
            throw SequenceDiagnostics.NotFedBack("grow", unknown, sequence.At);
        if (sequence.Steps.Count == 0)
            return headers.ConvertAll(array => SequenceArray.Stacked(array.Input, array.Header, spec.Pattern, spec.At));
        var cut = headers.FirstOrDefault(array => SequenceArray.CanCut(array.Input, array.Header)).Header
            ?? throw SequenceDiagnostics.NothingCut(spec.Pattern, [.. headers.Select(array => (array.Input, array.Header.Shape))], spec.At);
        var arrays = headers.ConvertAll(array => SequenceArray.Whole(
            array.Input, array.Header, cut.Shape[1], sequence.Grow.Contains(array.Input.Name), spec.Pattern, spec.At));
        return arrays.FirstOrDefault(array => sequence.Grow.Contains(array.Input.Name) && !array.IsCut) is { } stays
            ? throw SequenceDiagnostics.CannotGrow(stays.Input, stays.Header.Shape, cut.Shape[1], sequence.At)
            : arrays;
    }

    private int Count(FileSamplesSpec spec)
    {
        var counted = _arrays.Where(array => array.Sequences > 0).Select(array => (array.Input, Count: array.Sequences))
            .Concat(_initial.Where(array => array is not null && !IsShared(array)).Select(array => (array!.Input, Count: array.Samples))).ToList();
        if (counted.Count == 0)
            return 1;
        if (counted.FirstOrDefault(array => array.Count != counted[0].Count) is { Input: not null } other)
            throw SampleDiagnostics.CountsDiffer(spec.Pattern, counted[0].Input, counted[0].Count, other.Input, other.Count, spec.At, "sequences");
        return _file.Reading(() => checked((int)counted[0].Count));
    }

    private List<(int Start, int Length)> Steps(FileSamplesSpec spec)
    {
        var timed = _arrays.Where(array => array.Length > 0).ToList();
        if (timed.Count == 0)
            throw SequenceDiagnostics.NoSteps(spec.Pattern, _arrays.OrderByDescending(array => array.Header.Elements).FirstOrDefault(), spec.At);
        if (timed.FirstOrDefault(array => array.Length != timed[0].Length) is { } other)
            throw SampleDiagnostics.CountsDiffer(spec.Pattern, timed[0].Input, timed[0].Length, other.Input, other.Length, spec.At, "steps");
        var steps = new List<(int Start, int Length)>();
        var length = _file.Reading(() => checked((int)timed[0].Length));
        for (var start = 0; start < length; start += steps[^1].Length)
        {
            var wanted = _spec.Steps.Count == 0 ? 1 : _spec.Steps[Math.Min(steps.Count, _spec.Steps.Count - 1)];
            steps.Add((start, Math.Min(wanted, length - start)));
        }

        return steps;
    }
}
