using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>
/// A table that fits the console: columns that tell the least go first, then what is long is shortened in the middle, where names differ the least.
/// </summary>
/// <param name="headers">Of the columns; all but the first are for figures, and stand to the right.</param>
internal sealed class FittedTable(params IReadOnlyList<string> headers)
{
    /// <summary>What is left of a long cell at least.</summary>
    private const int Shortest = 16;

    /// <summary>Blanks and border around a cell.</summary>
    private const int Padding = 3;

    /// <summary>The border at both ends.</summary>
    private const int Ends = 2;

    private readonly List<string[]> _rows = [];

    /// <summary>Columns that may be left out, in the order in which they go.</summary>
    public IReadOnlyList<string> Expendable { get; init; } = [];

    /// <summary>Columns that may be shortened, beside the first.</summary>
    public IReadOnlyList<string> Shortenable { get; init; } = [];

    /// <param name="cells">Markup, one for each column.</param>
    public void AddRow(params string[] cells) => _rows.Add(cells);

    public void Write(IAnsiConsole console)
    {
        var widths = headers.Select((header, column) => _rows.Select(row => Plain(row[column]).Length).Append(header.Length).Max()).ToArray();
        var shown = Enumerable.Range(0, headers.Count).ToList();
        var room = console.Profile.Width - Ends;
        foreach (var expendable in Expendable)
        {
            if (Least() <= room)
                break;
            shown.RemoveAll(column => headers[column] == expendable);
        }

        while (shown.Sum(column => widths[column] + Padding) > room
            && shown.Where(CanBeShorter).OrderByDescending(column => widths[column]).Select(column => (int?)column).FirstOrDefault() is { } longest)
            widths[longest]--;

        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in shown)
            table.AddColumn(column == 0 ? new TableColumn(Cell(headers[0], 0)) : new TableColumn(Cell(headers[column], column)).RightAligned());
        foreach (var row in _rows)
            table.AddRow([.. shown.Select(column => Plain(row[column]).Length <= widths[column] ? row[column] : Cell(Plain(row[column]), column))]);
        console.Write(table);

        bool CanBeShorter(int column) => widths[column] > Shortest && (column == 0 || Shortenable.Contains(headers[column]));

        int Least() => shown.Sum(column => (CanBeShorter(column) ? Shortest : widths[column]) + Padding);

        string Cell(string text, int column) => Markup.Escape(Shortened(text, widths[column]));
    }

    /// <summary>The beginning and the end of what is too long.</summary>
    internal static string Shortened(string text, int width) => text.Length <= width ? text
        : string.Concat(text.AsSpan(0, width / 2), "…", text.AsSpan(text.Length - (width - 1 - (width / 2))));

    private static string Plain(string markup) => Markup.Remove(markup);
}
