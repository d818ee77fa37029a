namespace CompressTasks.Coding.Quantization.Axes;

/// <summary>
/// The axes of a tensor: one of length 1, whose mean is that of the tensor, then those that are longer than one, at most four: more are merged
/// with the fourth.
/// </summary>
internal sealed class TensorAxes
{
    private const int MostLong = 4;

    private TensorAxes(int[] lengths)
    {
        Lengths = lengths;
        Strides = new int[lengths.Length];
        var stride = 1;
        for (var axis = lengths.Length - 1; axis >= 0; axis--)
        {
            Strides[axis] = stride;
            stride *= lengths[axis];
        }

        Count = stride;
    }

    public int[] Lengths { get; }

    /// <summary>The distance of neighbours along each axis.</summary>
    public int[] Strides { get; }

    /// <summary>The number of values.</summary>
    public int Count { get; }

    /// <param name="shape">
    /// The shape of a tensor in row-major order; one that does not have <paramref name="count"/> elements counts as unknown.
    /// </param>
    /// <param name="count">The number of values.</param>
    public static TensorAxes Of(IReadOnlyList<long> shape, int count)
    {
        var lengths = new List<int> { 1 };
        long product = 1;
        for (var axis = 0; axis < shape.Count; axis++)
        {
            var length = shape[axis];
            if (length < 1 || length > count || (product *= length) > count)
                return new([1, count]);
            if (length == 1)
                continue;
            if (lengths.Count <= MostLong)
                lengths.Add((int)length);
            else
                lengths[^1] *= (int)length;
        }

        return product == count && lengths.Count > 1 ? new([.. lengths]) : new([1, count]);
    }

    /// <summary>The runs of values along the last axis, each with its place on the others.</summary>
    public RowEnumerator Rows() => new(this, 0, Count);

    /// <summary>The same of a part of the tensor, whose first and last row may be incomplete.</summary>
    public RowEnumerator Rows(int first, int count) => new(this, first, first + count);

    /// <summary>Walks over the tensor row by row; a row is a run of values along the last axis.</summary>
    public struct RowEnumerator(TensorAxes axes, int first, int end)
    {
        private readonly int[] _place = new int[axes.Lengths.Length];
        private int _start = -1;

        /// <summary>The index of the row's first value.</summary>
        public readonly int Start => _start;

        /// <summary>The first value's index on the last axis: 0, except in a part's first row.</summary>
        public int Column { get; private set; }

        /// <summary>The number of values.</summary>
        public int Length { get; private set; }

        /// <summary>The row's index on each axis; 0 on the last one.</summary>
        public readonly ReadOnlySpan<int> Place => _place;

        public bool MoveNext()
        {
            if (_start < 0)
            {
                if (first >= end)
                    return false;
                _start = first;
                for (var axis = 0; axis < _place.Length - 1; axis++)
                    _place[axis] = first / axes.Strides[axis] % axes.Lengths[axis];
                Column = first % axes.Lengths[^1];
            }
            else
            {
                _start += Length;
                if (_start >= end)
                    return false;
                for (var axis = axes.Lengths.Length - 2; ++_place[axis] == axes.Lengths[axis]; axis--)
                    _place[axis] = 0;
                Column = 0;
            }

            Length = Math.Min(axes.Lengths[^1] - Column, end - _start);
            return true;
        }
    }
}
