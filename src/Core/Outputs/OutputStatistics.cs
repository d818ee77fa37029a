using CompressTasks.Numerics;
using CompressTasks.Reporting;

namespace CompressTasks.Outputs;

/// <summary>Compares one output of two models, run by run.</summary>
/// <param name="name">The output; what the pooled figures are called.</param>
/// <param name="logits">Whether its rows are logits.</param>
internal sealed class OutputStatistics(string name, bool logits)
{
    private readonly ValueStatistics _values = new();
    private readonly RowStatistics _rows = new(logits);
    private ElementType _type;
    private bool _hasFloats;
    private long _wholeNumbers;
    private long _equal;

    public SquaredError Error => _values.Error;

    public OutputSummary Summary => new(
        name,
        _type == ElementType.Undefined ? "" : _type.SpecName(),
        _values.Values + _wholeNumbers,
        Figure(_values.Error.R2),
        Figure(_values.Snr),
        Figure(_values.Cosine),
        Figure(_values.KnownMaxAbsError),
        _values.Incomparable > 0 && _rows.Top1 is not null ? double.NaN : _rows.Top1,
        _rows.Kl,
        _wholeNumbers == 0 ? null : (double)_equal / _wholeNumbers,
        _values.Incomparable)
    {
        IsConstant = _wholeNumbers == 0 && _values.Values > 1 && _values.Incomparable == 0 && _values.Error.Total == 0,
    };

    /// <summary>All outputs taken together.</summary>
    public static OutputStatistics Pooled(IEnumerable<OutputStatistics> outputs)
    {
        var pooled = new OutputStatistics("pooled", logits: false);
        foreach (var output in outputs)
            pooled.Pool(output);
        return pooled;
    }

    public void Add(TensorValue original, TensorValue decoded)
    {
        _type = original.Type;
        if (original.Type.IsFloatingPoint())
            AddFloats(original, decoded);
        else
            AddWholeNumbers(original, decoded);
    }

    /// <summary>Adds the figures of another output.</summary>
    public void Pool(OutputStatistics other)
    {
        _values.Pool(other._values);
        _rows.Pool(other._rows);
        _hasFloats |= other._hasFloats;
        _wholeNumbers += other._wholeNumbers;
        _equal += other._equal;
    }

    private void AddFloats(TensorValue original, TensorValue decoded)
    {
        _hasFloats = true;
        var x = original.Values();
        if (!original.Shape.SequenceEqual(decoded.Shape))
        {
            // An empty output beside one that is not differs as well.
            _values.AddIncomparable(Math.Max(1, x.Length));
            return;
        }

        var y = decoded.Values();
        _values.Add(x, y);
        if (x.Length > 0 && original.Shape.Count > 0)
            _rows.Add(x, y, (int)original.Shape[^1]);
    }

    private void AddWholeNumbers(TensorValue original, TensorValue decoded)
    {
        var width = original.Type.BitsPerElement() / 8;
        var count = original.Bytes.Length / width;
        var sameShape = original.Shape.SequenceEqual(decoded.Shape);
        _wholeNumbers += sameShape ? count : Math.Max(1, count);
        for (var i = 0; sameShape && i < count; i++)
            _equal += original.Bytes.AsSpan(i * width, width).SequenceEqual(decoded.Bytes.AsSpan(i * width, width)) ? 1 : 0;
    }

    /// <summary>Of no values nothing is known.</summary>
    private double? Figure(double value) => _hasFloats && _values.Values > 0 ? value : null;
}
