using CompressTasks.Metrics;

namespace CompressTasks.Core.Tests.Metrics;

public sealed class BoundedTextTests
{
    [Fact]
    public void ShortTextIsKeptWhole()
    {
        var text = new BoundedText(4);
        text.Append("abcd");
        text.Append("efgh");
        (text.ToString(), text.IsCut).ShouldBe(("abcdefgh", false));
    }

    [Fact]
    public void OfLongTextTheEndIsKept()
    {
        var text = new BoundedText(4);
        for (var i = 0; i < 1000; i++)
            text.Append($"{i} ");
        text.IsCut.ShouldBeTrue();
        text.ToString().Length.ShouldBeInRange(4, 8);
        text.ToString().ShouldEndWith("999 ");
    }
}
