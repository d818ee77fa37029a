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

    /// <summary>The middles, which are cut out, are all that differs.</summary>
    [Fact]
    public void NamesThatDifferStillDifferWhenTheyAreShortened()
    {
        List<string> names = [.. Enumerable.Range(0, 30).Select(layer => $"transformer.decoder.layers.{layer}.self_attention.query.weight"), "short"];

        var shortened = FittedTable.Distinct(names, 24);

        shortened.Distinct().Count().ShouldBe(31);
        shortened.ShouldAllBe(name => name.Length <= 24);
        shortened[30].ShouldBe("short");
        for (var layer = 0; layer < 30; layer++)
            shortened[layer].ShouldStartWith($"transf….{layer}.");
    }

    /// <summary>They differ in several places, none of which fits.</summary>
    [Fact]
    public void WhatCannotBeShownIsNumbered()
    {
        List<string> names = [.. from a in "xy" from b in "xy" select $"{new string('a', 40)}{a}{new string('b', 40)}{b}{new string('c', 40)}"];

        var shortened = FittedTable.Distinct(names, 20);

        shortened.Distinct().Count().ShouldBe(4);
        shortened.ShouldAllBe(name => name.Length <= 20);
    }

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
