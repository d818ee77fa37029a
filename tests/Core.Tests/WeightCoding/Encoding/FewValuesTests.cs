using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Core.Tests.WeightCoding.Encoding;

public class FewValuesTests
{
    [Fact]
    public void AMaskHasFewValues() => FewValues.AreAll([.. Enumerable.Range(0, 4096).Select(i => i / 64 >= i % 64 ? 1.0 : 0.0)]).ShouldBeTrue();

    [Fact]
    public void AConstantHasFewValues() => FewValues.AreAll([.. Enumerable.Repeat(3.0, 64)]).ShouldBeTrue();

    [Theory]
    [InlineData(16, 1024, true)]
    [InlineData(17, 17 * 64, false)]
    [InlineData(16, 1023, false)]
    public void SixteenValuesAreFewIfEachComesOftenEnough(int distinct, int length, bool expected) =>
        FewValues.AreAll([.. Enumerable.Range(0, length).Select(i => (double)(i % distinct))]).ShouldBe(expected);

    [Fact]
    public void WeightsHaveMany()
    {
        var random = new Random(1);
        FewValues.AreAll([.. Enumerable.Range(0, 4096).Select(_ => random.NextDouble())]).ShouldBeFalse();
    }
}
