using System.IO.Compression;
using CompressTasks.Numerics;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>An array of an <c>.npz</c> file with what an output ought to be: as many values for every sample.</summary>
internal sealed class LabelArray
{
    private readonly LabelsSpec _spec;
    private readonly NpyHeader _header;
    private readonly int _samples;

    /// <summary>Of a sequence: what each step has, along an axis of <see cref="_places"/>, of each of the rows that go together.</summary>
    private IReadOnlyList<(int Start, int Length)> _steps = [];
    private int _places;
    private long _rows = 1;

    private LabelArray(LabelsSpec spec, NpyHeader header, int samples) => (_spec, _header, _samples) = (spec, header, samples);

    public string Name => _spec.Array;

    private long LabelsPerSample => _header.Elements / _samples;

    /// <exception cref="Diagnostics.CompressException">CT1503, CT1504 or CT1518: there is no such array, or it does not fit the samples.</exception>
    public static LabelArray Open(NpzArchive file, ZipArchive archive, LabelsSpec labels, int samples)
    {
        if (!file.Has(archive, labels.Array))
            throw LabelDiagnostics.NoArray(labels.Array, labels.At);
        var header = file.Header(archive, new(labels.Array, ElementType.Undefined, [], []));
        // A number that can be divided by chance is no excuse for a first axis of another length.
        return header.Elements > 0 && header.Elements % samples == 0 && header.Shape.FirstOrDefault(length => length > 1, 1) % samples == 0
            ? new(labels, header, samples)
            : throw LabelDiagnostics.OtherCount(labels.Array, header.Shape, samples, labels.At);
    }

    /// <summary>The same for sequences, which have labels for every step, or for every place that is cut into steps.</summary>
    /// <param name="steps">Where each begins, and how long it is.</param>
    /// <param name="rows">Rows of the first axis in one sequence.</param>
    /// <exception cref="Diagnostics.CompressException">CT1518: they are for neither.</exception>
    public LabelArray Along(IReadOnlyList<(int Start, int Length)> steps, long rows)
    {
        var places = steps[^1].Start + steps[^1].Length;
        var second = _header.Shape.Count > 1 && _header.Shape[0] == _samples * rows ? _header.Shape[1] : 0;
        var isShaped = second == steps.Count || second == places;
        var isForPlaces = isShaped ? second != steps.Count : LabelsPerSample % places == 0;
        if (!isShaped && !isForPlaces && LabelsPerSample % steps.Count != 0)
            throw LabelDiagnostics.OtherSteps(Name, _header.Shape, _samples * rows, steps.Count, places, _spec.At);
        return new(_spec, _header, _samples)
        {
            _rows = isShaped ? rows : 1,
            _places = isForPlaces ? places : steps.Count,
            _steps = isForPlaces ? steps : [.. steps.Select((_, number) => (number, 1))],
        };
    }

    /// <summary>Those of the next samples.</summary>
    public TensorValue Take(NpzArchive file, Stream stream, int samples)
    {
        var bytes = file.Take(stream, LabelsPerSample * _header.ElementBytes * samples);
        var isCounted = _header.Shape.Count > 0 && _header.Shape[0] % _samples == 0;
        return new(Name, _header.Type, isCounted ? [_header.Shape[0] / _samples * samples, .. _header.Shape.Skip(1)] : [LabelsPerSample * samples], bytes);
    }

    /// <summary>Those of a step, of every sequence.</summary>
    /// <param name="labels">Those of the sequences.</param>
    /// <param name="sequences">How many.</param>
    /// <param name="number">Which step.</param>
    public TensorValue Step(TensorValue labels, int sequences, int number)
    {
        var (start, length) = _steps[number];
        var rows = (int)(sequences * _rows);
        var row = labels.Bytes.Length / rows;
        var place = row / _places;
        var part = new byte[rows * length * place];
        for (var i = 0; i < rows; i++)
            labels.Bytes.AsSpan((i * row) + (start * place), length * place).CopyTo(part.AsSpan(i * length * place));
        var several = place / _header.ElementBytes;
        return labels with { Shape = several == 1 ? [rows, length] : [rows, length, several], Bytes = part };
    }
}
