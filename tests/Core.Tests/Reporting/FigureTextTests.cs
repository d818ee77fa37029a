using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Reporting;

public sealed class FigureTextTests
{
    [Theory]
    [InlineData(0, "0 weights")]
    [InlineData(1, "1 weight")]
    [InlineData(2, "2 weights")]
    [InlineData(1234, "1234 weights")]
    public void ThingsAreCountedInEnglish(long count, string text) => FigureText.Count(count, "weight").ShouldBe(text);
}
