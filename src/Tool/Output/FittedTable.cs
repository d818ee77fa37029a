using System.Globalization;
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
        var texts = shown.ToDictionary(column => column, column => Distinct([.. _rows.Select(row => Plain(row[column]))], widths[column]));
        foreach (var (index, row) in _rows.Index())
        {
            table.AddRow([.. shown.Select(column =>
                Plain(row[column]).Length <= widths[column] ? row[column] : Markup.Escape(texts[column][index]))]);
        }

        console.Write(table);

        bool CanBeShorter(int column) => widths[column] > Shortest && (column == 0 || Shortenable.Contains(headers[column]));

        int Least() => shown.Sum(column => (CanBeShorter(column) ? Shortest : widths[column]) + Padding);

        string Cell(string text, int column) => Markup.Escape(Shortened(text, widths[column]));
    }

    /// <summary>The beginning and the end of what is too long.</summary>
    internal static string Shortened(string text, int width) => text.Length <= width ? text
        : string.Concat(text.AsSpan(0, width / 2), "…", text.AsSpan(text.Length - (width - 1 - (width / 2))));

    /// <summary>Texts that are shortened so that those that differ still do: around the place where they do, or by a number.</summary>
    internal static IReadOnlyList<string> Distinct(IReadOnlyList<string> texts, int width)
    {
        var shortened = texts.Distinct(StringComparer.Ordinal).ToDictionary(text => text, text => Shortened(text, width), StringComparer.Ordinal);
        var groups = shortened.GroupBy(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal).Where(group => group.Count() > 1).ToList();
        foreach (var alike in groups)
        {
            List<string> group = [.. alike];
            var same = group[0].Length;
            foreach (var text in group)
                same = Math.Min(same, group[0].AsSpan().CommonPrefixLength(text));
            var around = group.ConvertAll(text => Around(text, same, width));
            var taken = shortened.Values.ToHashSet(StringComparer.Ordinal);
            var areDistinct = around.Distinct(StringComparer.Ordinal).Count() == group.Count && !around.Exists(taken.Contains);
            foreach (var (index, text) in group.Index())
                shortened[text] = areDistinct ? around[index] : Numbered(text, index + 1, width);
        }

        return [.. texts.Select(text => shortened[text])];
    }

    /// <summary>The beginning, and what comes from a place on.</summary>
    private static string Around(string text, int place, int width)
    {
        var begin = Math.Min(width / 4, place);
        var rest = text.AsSpan(Math.Max(begin, place - 1));
        var room = width - 1 - begin;
        return string.Concat(text.AsSpan(0, begin), "…", rest.Length <= room ? text.AsSpan(text.Length - room) : $"{rest[..(room - 1)]}…");
    }

    private static string Numbered(string text, int number, int width)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"#{number}");
        return Shortened(text, width - suffix.Length) + suffix;
    }

    private static string Plain(string markup) => Markup.Remove(markup);
}
