using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Outputs.Samples;

/// <summary>How an array of an <c>.npz</c> file becomes what an input gets in the steps of sequences.</summary>
/// <param name="Input">The input.</param>
/// <param name="Header">Its type and shape.</param>
/// <param name="Layout">What its axes mean.</param>
internal sealed record SequenceArray(ModelInput Input, NpyHeader Header, SequenceLayout Layout)
{
    /// <summary>Sequences in it; 0 when all have the same.</summary>
    public long Sequences => Layout switch
    {
        SequenceLayout.Constant => 0,
        SequenceLayout.Single => 1,
        _ => Header.Shape[0] / RowsPerSequence,
    };

    /// <summary>Steps of a sequence, or places along the axis that is cut; 0 when all steps get the same.</summary>
    public long Length => Layout switch
    {
        SequenceLayout.Single => Header.Shape[0],
        SequenceLayout.Stacked or SequenceLayout.Cut or SequenceLayout.Growing => Header.Shape[1],
        _ => 0,
    };

    public bool IsCut => Layout is SequenceLayout.Cut or SequenceLayout.Growing;

    /// <summary>Bytes of one sequence.</summary>
    public long SequenceBytes => Header.ElementBytes * (Header.Elements / Math.Max(1, Sequences));

    /// <summary>Whether several sequences can go side by side.</summary>
    public bool IsBatchable => Layout == SequenceLayout.Constant ? Input.Shape.All(length => length >= 0) : Layout is not (SequenceLayout.Single or SequenceLayout.Stacked)
        && Input.Shape[0] < 0;

    /// <summary>Entries of the first axis that are one sequence: the model's batch, where it is fixed.</summary>
    public long RowsPerSequence => Layout == SequenceLayout.Stacked ? 1 : Math.Max(1, Input.Shape[0]);

    /// <summary>Whether the array has a second axis that can be cut into steps.</summary>
    public static bool CanCut(ModelInput input, NpyHeader header) => header.Shape.Count == input.Shape.Count && CanCut(input);

    /// <summary>Whether the input has a second axis that can be cut into steps.</summary>
    public static bool CanCut(ModelInput input) => input.Shape.Count >= 2 && input.Shape[1] < 0;

    /// <summary>An array whose axes are those of the input, of which the second may be cut.</summary>
    /// <param name="cut">The length of what is cut; an array of another length belongs to every step.</param>
    /// <param name="grows">Whether each step gets all up to its end.</param>
    /// <exception cref="CompressException">CT1506 to CT1508, CT1517: the array does not fit the input.</exception>
    public static SequenceArray Whole(ModelInput input, NpyHeader header, long cut, bool grows, string path, SourceLocation at)
    {
        Check(input, header, path, at);
        if (header.Shape.Count == 0 && input.Shape.Count == 0)
            return new(input, header, SequenceLayout.Constant);
        var isCut = CanCut(input, header) && header.Shape[1] == cut;
        if (!isCut && input.Accepts(header.Shape) && input.Shape[0] == header.Shape[0])
            return new(input, header, SequenceLayout.Constant);
        IReadOnlyList<long> rest = isCut ? [1, .. header.Shape.Skip(1)] : header.Shape;
        return input.AcceptsRows(rest) && header.Shape[0] % Math.Max(1, input.Shape[0]) == 0
            ? new(input, header, isCut ? grows ? SequenceLayout.Growing : SequenceLayout.Cut : SequenceLayout.EveryStep)
            : throw SequenceDiagnostics.WrongArray(path, input, header.Shape, isCut: true, at);
    }

    /// <summary>An array with axes of its own for sequences and steps.</summary>
    /// <exception cref="CompressException">CT1506 to CT1508, CT1517: the array does not fit the input.</exception>
    public static SequenceArray Stacked(ModelInput input, NpyHeader header, string path, SourceLocation at)
    {
        Check(input, header, path, at);
        var more = header.Shape.Count - input.Shape.Count;
        return more is >= 0 and <= 2 && input.Accepts([.. header.Shape.Skip(more)])
            ? new(input, header, more == 2 ? SequenceLayout.Stacked : more == 1 ? SequenceLayout.Single : SequenceLayout.Constant)
            : throw SequenceDiagnostics.WrongArray(path, input, header.Shape, isCut: false, at);
    }

    /// <summary>What the input gets in a step.</summary>
    /// <param name="bytes">Of some sequences.</param>
    /// <param name="sequences">How many.</param>
    /// <param name="step">The number of the step.</param>
    /// <param name="start">Where the step begins along the axis that is cut.</param>
    /// <param name="length">How long it is there.</param>
    public TensorValue Step(byte[] bytes, int sequences, int step, int start, int length)
    {
        switch (Layout)
        {
            case SequenceLayout.Constant:
                return new(Input.Name, Header.Type, Header.Shape, bytes);
            case SequenceLayout.EveryStep:
                return new(Input.Name, Header.Type, [sequences * RowsPerSequence, .. Header.Shape.Skip(1)], bytes);
            case SequenceLayout.Single or SequenceLayout.Stacked:
                var size = bytes.Length / (int)Length;
                IReadOnlyList<long> shape = [.. Header.Shape.Skip(Layout == SequenceLayout.Single ? 1 : 2)];
                return new(Input.Name, Header.Type, shape, bytes.AsSpan(step * size, size).ToArray());
            default:
                return Part(bytes, sequences, Layout == SequenceLayout.Growing ? 0 : start, start + length);
        }
    }

    private TensorValue Part(byte[] bytes, int sequences, int start, int end)
    {
        var rows = (int)(sequences * RowsPerSequence);
        var row = bytes.Length / rows;
        var place = row / (int)Length;
        var part = new byte[rows * (end - start) * place];
        for (var i = 0; i < rows; i++)
            bytes.AsSpan((i * row) + (start * place), (end - start) * place).CopyTo(part.AsSpan(i * (end - start) * place));
        return new(Input.Name, Header.Type, [rows, end - start, .. Header.Shape.Skip(2)], part);
    }

    private static void Check(ModelInput input, NpyHeader header, string path, SourceLocation at)
    {
        if (header.Type != input.Type)
            throw SampleDiagnostics.WrongType(input, header.Type.SpecName(), at);
        if (header.Elements == 0)
            throw SampleDiagnostics.Empty(path, input.Name, at);
    }
}

/// <summary>What the axes of an array of sequences mean.</summary>
internal enum SequenceLayout
{
    /// <summary>Those of the input: the same in every step of every sequence.</summary>
    Constant,

    /// <summary>Those of the input, the first counting sequences: the same in every step.</summary>
    EveryStep,

    /// <summary>Those of the input, the first counting sequences, the second cut into steps.</summary>
    Cut,

    /// <summary>The same, and each step gets all up to its end.</summary>
    Growing,

    /// <summary>Steps, and those of the input: one sequence.</summary>
    Single,

    /// <summary>Sequences, steps, and those of the input.</summary>
    Stacked,
}
