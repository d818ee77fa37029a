using System.Text;

namespace CompressTasks.Benchmarks.Page;

/// <summary>A table of Markdown: the first column to the left, all others to the right.</summary>
internal sealed class MarkdownTable
{
    private readonly StringBuilder _text = new();

    public MarkdownTable(params IEnumerable<string> header)
    {
        var cells = header.ToList();
        Row(cells);
        Row(cells.Select((_, i) => i == 0 ? "---" : "--:"));
    }

    public MarkdownTable Row(params IEnumerable<string> cells)
    {
        _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        return this;
    }

    public override string ToString() => _text.ToString().TrimEnd('\n');
}
