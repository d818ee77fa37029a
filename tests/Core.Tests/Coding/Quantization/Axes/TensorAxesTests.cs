using CompressTasks.Coding.Quantization.Axes;

namespace CompressTasks.Core.Tests.Coding.Quantization.Axes;

public sealed class TensorAxesTests
{
    [Theory]
    [InlineData(new long[] { 6 }, new[] { 1, 6 })]
    [InlineData(new long[] { 2, 1, 3 }, new[] { 1, 2, 3 })]
    [InlineData(new long[] { 1, 1 }, new[] { 1, 6 })]
    [InlineData(new long[] { 0, 6 }, new[] { 1, 6 })]
    [InlineData(new long[] { 4, 4 }, new[] { 1, 6 })]
    [InlineData(new long[] { }, new[] { 1, 6 })]
    public void AxesAreThoseLongerThanOne(long[] shape, int[] lengths) => TensorAxes.Of(shape, 6).Lengths.ShouldBe(lengths);

    [Fact]
    public void AxesBeyondTheFourthAreMergedWithIt() => TensorAxes.Of([2, 3, 2, 3, 2, 5], 360).Lengths.ShouldBe([1, 2, 3, 2, 30]);

    [Fact]
    public void RowsAreWalkedInOrder()
    {
        var places = new List<string>();
        for (var rows = TensorAxes.Of([2, 3, 4], 24).Rows(); rows.MoveNext();)
            places.Add($"{rows.Start}: {rows.Place[1]} {rows.Place[2]}");

        places.ShouldBe(["0: 0 0", "4: 0 1", "8: 0 2", "12: 1 0", "16: 1 1", "20: 1 2"]);
    }

    [Fact]
    public void RowsOfAPartBeginAndEndWithIt()
    {
        Part(7, 7).ShouldBe(["7: 0 1 3, 1", "8: 0 2 0, 4", "12: 1 0 0, 2"]);
        Part(5, 2).ShouldBe(["5: 0 1 1, 2"]);
        Part(20, 4).ShouldBe(["20: 1 2 0, 4"]);
        Part(9, 0).ShouldBeEmpty();
    }

    /// <summary>Where the row begins, its place on the three axes, and its length.</summary>
    private static List<string> Part(int first, int count)
    {
        var places = new List<string>();
        for (var rows = TensorAxes.Of([2, 3, 4], 24).Rows(first, count); rows.MoveNext();)
            places.Add($"{rows.Start}: {rows.Place[1]} {rows.Place[2]} {rows.Column}, {rows.Length}");
        return places;
    }
}
