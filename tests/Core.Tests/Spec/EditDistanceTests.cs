using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("pac", "pca", 1)]
    [InlineData("ca", "abc", 3)]
    [InlineData("quantise", "quantize", 1)]
    public void CountsInsertionsDeletionsSubstitutionsAndSwaps(string a, string b, int expected)
    {
        EditDistance.Between(a, b).ShouldBe(expected);
        EditDistance.Between(b, a).ShouldBe(expected);
    }

    [Theory]
    [InlineData("min_elements", "minElements")]
    [InlineData("MinElements", "minElements")]
    [InlineData("minElemnts", "minElements")]
    [InlineData("weights", null)]
    [InlineData("", null)]
    public void TheNearestIsAlwaysCloseEnoughToBeASlip(string found, string? expected) =>
        EditDistance.Nearest(found, ["maxElements", "minElements", "stack"]).ShouldBe(expected);

    [Fact]
    public void OfEquallyNearOnesTheFirstByNameIsTaken() => EditDistance.Nearest("at", ["cat", "bat"]).ShouldBe("bat");
}
