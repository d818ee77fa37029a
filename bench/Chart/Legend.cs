namespace CompressTasks.Benchmarks.Chart;

/// <summary>A column of entries: a symbol, a name, and a note in small letters.</summary>
internal sealed class Legend(SvgCanvas canvas, double left, double top)
{
    private double _y = top;

    /// <param name="text">The name.</param>
    /// <param name="note">The note below it.</param>
    /// <param name="line">Class of a line through the symbol, or null for none.</param>
    /// <param name="mark">Draws the mark at a place, or null for none.</param>
    public void Add(string text, string note, string? line, Action<double, double>? mark)
    {
        var (x, y) = (left + 12, _y - 4);
        if (line is not null)
            canvas.Polyline([(x - 12, y), (x + 12, y)], line);
        mark?.Invoke(x, y);
        canvas.Text(left + 32, _y, text, "name");
        canvas.Text(left + 32, _y + 14, note, "small");
        _y += 40;
    }
}
