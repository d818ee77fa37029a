using CompressTasks.Diagnostics;

namespace CompressTasks.Outputs.Samples;

/// <summary>How an array of an <c>.npz</c> file becomes the samples of an input.</summary>
/// <param name="Input">The input that it is for.</param>
/// <param name="Header">Its type and shape.</param>
/// <param name="RowsPerSample">Entries of the leading axis in one sample; 0 for an array that is the same for all samples.</param>
/// <param name="IsStacked">Whether the leading axis is none of the input's, so that each of its entries is a run of its own.</param>
internal sealed record NpzArray(ModelInput Input, NpyHeader Header, long RowsPerSample, bool IsStacked)
{
    public bool IsConstant => RowsPerSample == 0;

    /// <summary>Whether several samples can go into one run.</summary>
    public bool IsBatchable => IsConstant || (!IsStacked && Input.Shape[0] < 0);

    public long Samples => IsConstant ? 0 : Header.Shape[0] / RowsPerSample;

    /// <summary>Bytes of one sample.</summary>
    public long SampleBytes => Header.ElementBytes * (IsConstant ? Header.Elements : Header.Elements / Samples);

    /// <param name="feedback">What makes samples of this model sequences, for messages; null when it does not look as if it had a state.</param>
    /// <param name="remedy">What to do about a wrong shape, for messages.</param>
    /// <exception cref="CompressException">CT1506 to CT1508: the array does not fit the input.</exception>
    public static NpzArray Fit(ModelInput input, NpyHeader header, string path, SourceLocation at, string? feedback = null,
        string remedy = "give these axes, the first as long as there are samples, or one axis more, which counts the samples")
    {
        if (header.Type != input.Type)
            throw SampleDiagnostics.WrongType(input, CompressTasks.Numerics.ElementTypeFacts.SpecName(header.Type), at);
        if (header.Elements == 0)
            throw SampleDiagnostics.Empty(path, input.Name, at);
        if (header.Shape.Count == 0 && input.Shape.Count == 0)
            return new(input, header, 0, IsStacked: false);
        if (header.Shape.Count == input.Shape.Count + 1)
        {
            if (!input.Accepts([.. header.Shape.Skip(1)]))
                throw SampleDiagnostics.WrongShape(input, header.Shape,
                    "the axes after the leading one, which counts the samples, must be the model's", at);
            return new(input, header, 1, IsStacked: true);
        }

        if (!input.AcceptsRows(header.Shape))
            throw SampleDiagnostics.WrongShape(input, header.Shape,
                input.Shape.Count == 0 ? "give an array without axes, or one axis, which counts the samples"
                    : remedy + (feedback is not null && header.Shape.Count == input.Shape.Count + 2 ? $"; or, if these are sequences, say {feedback}" : ""), at);
        var rows = Math.Max(1, input.Shape[0]);
        if (header.Shape[0] % rows != 0)
            throw SampleDiagnostics.WrongShape(input, header.Shape,
                FormattableString.Invariant($"the leading axis must be a multiple of {rows}, the model's batch"), at);
        return new(input, header, rows, IsStacked: false);
    }

    /// <summary>The shape of some samples in one run.</summary>
    public IReadOnlyList<long> ShapeOf(int samples) =>
        IsConstant ? [] : IsStacked ? [.. Header.Shape.Skip(1)] : [samples * RowsPerSample, .. Header.Shape.Skip(1)];
}
