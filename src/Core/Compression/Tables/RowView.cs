using System.Runtime.CompilerServices;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding;

namespace CompressTasks.Compression.Tables;

/// <summary>One way to see a weight as a number of rows: neighbours in a row are <paramref name="Stride"/> elements apart, and as many rows interleave.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Length">Elements of a row.</param>
/// <param name="Stride">Elements between neighbours in a row.</param>
internal readonly record struct RowView(int Count, int Length, int Stride)
{
    private const int ShortestRow = 16;

    /// <summary>Tables with longer rows are unknown, and copies of some rows of a large weight would cost memory.</summary>
    private const int LongestRow = 1 << 16;

    /// <summary>Slices along the first axis, runs along every axis, and columns of the last one, as far as they are long enough to follow a rule.</summary>
    public static IReadOnlyList<RowView> Of(IReadOnlyList<long> shape)
    {
        var axes = shape.Where(length => length != 1).Select(length => (int)length).ToList();
        if (axes.Count == 0 || axes.Contains(0))
            return [];
        var elements = axes.Aggregate(1, (product, length) => product * length);
        List<RowView> views = [Along(axes.Count == 1 ? elements : elements / axes[0], 1)];
        var stride = elements;
        foreach (var length in axes)
            views.Add(Along(length, stride /= length));
        if (axes.Count > 1)
            views.Add(Along(elements / axes[^1], axes[^1]));
        return [.. views.Distinct().Where(view => view.Length is >= ShortestRow and <= LongestRow)];

        RowView Along(int length, int stride) => new(elements / length, length, stride);
    }

    /// <summary>Rows that are spread evenly, without those that say nothing: constant, or not finite.</summary>
    public List<double[]> Sample(int most, ElementType type, ReadOnlySpan<byte> payload)
    {
        var rows = new List<double[]>();
        var taken = Math.Min(most, Count);
        for (var i = 0; i < taken; i++)
        {
            var row = Read((int)((long)i * Count / taken), type, payload);
            if (row.All(double.IsFinite) && row.AsSpan().ContainsAnyExcept(row[0]))
                rows.Add(row);
        }

        return rows;
    }

    // Compiled at once: it runs over long rows the first time it is called.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double[] Read(int index, ElementType type, ReadOnlySpan<byte> payload)
    {
        var (size, start) = (type.ByteSize(), (index / Stride * Length * Stride) + (index % Stride));
        var row = new double[Length];
        if (Stride == 1)
        {
            ElementConversion.ReadValues(type, payload.Slice(start * size, Length * size), row);
            return row;
        }

        for (var t = 0; t < Length; t++)
            ElementConversion.ReadValues(type, payload.Slice((start + (t * Stride)) * size, size), row.AsSpan(t, 1));
        return row;
    }
}
