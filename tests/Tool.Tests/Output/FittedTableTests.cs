using CompressTasks.Tool.Output;
using Spectre.Console;

namespace CompressTasks.Tool.Tests.Output;

public sealed class FittedTableTests
{
    [Theory]
    [InlineData("abcdefghij", 10, "abcdefghij")]
    [InlineData("abcdefghij", 9, "abcd…ghij")]
    [InlineData("abcdefghij", 6, "abc…ij")]
    public void LongNamesAreShortenedInTheMiddle(string name, int width, string expected) => FittedTable.Shortened(name, width).ShouldBe(expected);

    [Theory]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(500)]
    public void NoLineIsWiderThanTheConsole(int width)
    {
        var lines = Lines(width);
        lines.ShouldAllBe(line => line.TrimEnd().Length <= width);
        lines.ShouldContain(line => line.Contains("passed", StringComparison.Ordinal));
        lines.Any(line => line.Contains("least", StringComparison.Ordinal)).ShouldBe(width == 500);
        lines.Any(line => line.Contains(new string('x', 100), StringComparison.Ordinal)).ShouldBe(width == 500);

        // No row is folded: a heading, its rule, and two rows.
        lines.Count(line => line.Trim().Length > 0).ShouldBe(4);
    }

    private static List<string> Lines(int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = width;
        var table = new FittedTable("name", "figure", "least", "gate") { Expendable = ["least"] };
        table.AddRow($"begin{new string('x', 100)}end", "123456", "a long text that is worth the least of all that stands in this table", "[green]passed[/]");
        table.AddRow("short", "1", "2", "[red]failed[/]");
        table.Write(console);
        return [.. text.ToString().Split('\n')];
    }
}
