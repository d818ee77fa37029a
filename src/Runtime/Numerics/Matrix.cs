namespace CompressTasks.Numerics;

/// <summary>A dense row-major matrix of doubles: a weight, or the parameters of a level.</summary>
internal sealed class Matrix
{
    public Matrix(int rows, int columns, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.LongLength, (long)rows * columns);
        Rows = rows;
        Columns = columns;
        Values = values;
    }

    public Matrix(int rows, int columns)
        : this(rows, columns, new double[(long)rows * columns])
    {
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>All values, row after row.</summary>
    public double[] Values { get; }

    public double this[int row, int column]
    {
        get => Values[(row * (long)Columns) + column];
        set => Values[(row * (long)Columns) + column] = value;
    }

    public Span<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>A copy with rows and columns exchanged.</summary>
    public Matrix Transpose()
    {
        var result = new Matrix(Columns, Rows);
        Transposition.Write<double>(Values, Rows, Columns, result.Values);
        return result;
    }

    /// <summary>Rounds every value to the nearest float32, which is what an artifact stores and a decoder gets.</summary>
    public Matrix RoundToSingle()
    {
        var values = Values;
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)values[i];
        return this;
    }
}
