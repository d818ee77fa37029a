using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs;

/// <summary>How far an output is from its labels.</summary>
/// <param name="labels">Where the spec names them.</param>
/// <param name="output">The output, for messages.</param>
/// <param name="logits">Whether its values become probabilities by a softmax, or a sigmoid.</param>
internal sealed class LabelStatistics(LabelsSpec labels, string output, bool logits)
{
    /// <summary>A row is a distribution when it adds up to 1 within this.</summary>
    private const double SumTolerance = 1e-3;

    private const double LeastProbability = 1e-30;

    private long _decisions;
    private long _right;
    private double _loss;
    private bool _hasLoss = true;
    private bool _isBinary = true;
    private long _values;
    private double _squares;

    public LabelSummary Summary => new(
        Math.Max(_decisions, _values),
        _decisions > 0 && _isBinary ? (double)_right / _decisions : null,
        _decisions > 0 && _isBinary && _hasLoss ? _loss / _decisions : null,
        _values > 0 ? Math.Sqrt(_squares / _values) : null);

    /// <exception cref="Diagnostics.CompressException">CT1518: there are not as many labels as rows or values, or they are of another type.</exception>
    public void Add(TensorValue value, TensorValue label)
    {
        var (y, t) = (Values(value), Values(label));
        var classes = value.Shape.Count == 0 ? 1 : (int)value.Shape[^1];
        if (t.Length == y.Length && value.Type.IsWholeNumber() && label.Type.IsWholeNumber())
            AddEqual(y, t);
        else if (t.Length == y.Length)
            AddValues(y, t, label.Type.IsWholeNumber());
        else if (label.Type.IsWholeNumber() && classes > 1 && t.Length == y.Length / classes)
            AddClasses(y, t, classes);
        else if (classes > 1 && t.Length == y.Length / classes)
            throw LabelDiagnostics.ClassesOfOtherType(labels.Array, label.Type, output, value.Shape, labels.At);
        else
            throw LabelDiagnostics.OtherOutput(labels.Array, label.Shape, output, value.Shape, labels.At);
    }

    private static double[] Values(TensorValue tensor) => tensor.Type.IsWholeNumber() ? WholeNumbers.Values(tensor) : tensor.Values();

    /// <summary>An output that has decided already.</summary>
    private void AddEqual(ReadOnlySpan<double> y, ReadOnlySpan<double> t)
    {
        _hasLoss = false;
        for (var i = 0; i < t.Length; i++)
        {
            _decisions += t[i] < 0 ? 0 : 1;
            _right += t[i] >= 0 && y[i] == t[i] ? 1 : 0;
        }
    }

    private void AddClasses(ReadOnlySpan<double> y, ReadOnlySpan<double> t, int classes)
    {
        for (var i = 0; i < t.Length; i++)
        {
            if (t[i] < 0)
                continue;
            if (t[i] >= classes)
                throw LabelDiagnostics.NoClass(labels.Array, t[i], classes, labels.At);
            var row = y.Slice(i * classes, classes);
            _decisions++;
            _right += Largest(row) == (int)t[i] ? 1 : 0;
            _loss += logits ? LogOfSum(row) - row[(int)t[i]] : -Math.Log(Math.Max(row[(int)t[i]], LeastProbability));
            _hasLoss = _hasLoss && (logits || IsDistribution(row));
        }
    }

    private void AddValues(ReadOnlySpan<double> y, ReadOnlySpan<double> t, bool isWhole)
    {
        for (var i = 0; i < t.Length; i++)
        {
            _values++;
            _squares += (y[i] - t[i]) * (y[i] - t[i]);
            _isBinary = _isBinary && isWhole && t[i] is 0 or 1;
            if (!_isBinary)
                continue;
            var p = logits ? 1 / (1 + Math.Exp(-y[i])) : y[i];
            _decisions++;
            _right += p > 0.5 == (t[i] == 1) && !double.IsNaN(p) ? 1 : 0;
            _loss -= Math.Log(Math.Max(t[i] == 1 ? p : 1 - p, LeastProbability));
            _hasLoss = _hasLoss && p is not (< 0 or > 1);
        }
    }

    private static int Largest(ReadOnlySpan<double> row)
    {
        var largest = 0;
        for (var i = 1; i < row.Length; i++)
            largest = row[i] > row[largest] ? i : largest;
        return double.IsNaN(row[largest]) ? -1 : largest;
    }

    private static double LogOfSum(ReadOnlySpan<double> row)
    {
        var largest = double.NegativeInfinity;
        foreach (var value in row)
            largest = Math.Max(largest, value);
        var sum = 0.0;
        foreach (var value in row)
            sum += Math.Exp(value - largest);
        return largest + Math.Log(sum);
    }

    private static bool IsDistribution(ReadOnlySpan<double> row)
    {
        var sum = 0.0;
        foreach (var value in row)
        {
            if (value < 0)
                return false;
            sum += value;
        }

        return !(Math.Abs(sum - 1) > SumTolerance);
    }
}
