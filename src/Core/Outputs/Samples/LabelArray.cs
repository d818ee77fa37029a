using System.IO.Compression;
using CompressTasks.Numerics;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>An array of an <c>.npz</c> file with what an output ought to be: as many values for every sample.</summary>
internal sealed class LabelArray
{
    private readonly LabelsSpec _spec;
    private readonly ElementType _type;
    private readonly long _sampleBytes;

    private LabelArray(LabelsSpec spec, ElementType type, long sampleBytes) => (_spec, _type, _sampleBytes) = (spec, type, sampleBytes);

    public string Name => _spec.Array;

    /// <exception cref="Diagnostics.CompressException">CT1503, CT1504 or CT1518: there is no such array, or it does not fit the samples.</exception>
    public static LabelArray Open(NpzArchive file, ZipArchive archive, LabelsSpec labels, int samples)
    {
        if (!file.Has(archive, labels.Array))
            throw LabelDiagnostics.NoArray(labels.Array, labels.At);
        var header = file.Header(archive, new(labels.Array, ElementType.Undefined, [], []));
        return header.Elements > 0 && header.Elements % samples == 0
            ? new(labels, header.Type, header.Elements / samples * header.ElementBytes)
            : throw LabelDiagnostics.OtherCount(labels.Array, header.Shape, samples, labels.At);
    }

    /// <summary>Those of the next samples.</summary>
    public TensorValue Take(NpzArchive file, Stream stream, int samples)
    {
        var bytes = file.Take(stream, _sampleBytes * samples);
        return new(Name, _type, [bytes.Length * 8L / _type.BitsPerElement()], bytes);
    }

    /// <summary>Those of a step, of every sequence.</summary>
    /// <param name="labels">Those of the sequences.</param>
    /// <param name="sequences">How many.</param>
    /// <param name="start">Where the step begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="total">All steps together.</param>
    public TensorValue Part(TensorValue labels, int sequences, int start, int length, int total)
    {
        var width = _type.BitsPerElement() / 8;
        var row = labels.Bytes.Length / sequences;
        if (row % (total * width) != 0)
            throw LabelDiagnostics.OtherSteps(Name, row / width, total, _spec.At);
        var place = row / total;
        var part = new byte[sequences * length * place];
        for (var i = 0; i < sequences; i++)
            labels.Bytes.AsSpan((i * row) + (start * place), length * place).CopyTo(part.AsSpan(i * length * place));
        return labels with { Shape = [part.Length / width], Bytes = part };
    }
}
