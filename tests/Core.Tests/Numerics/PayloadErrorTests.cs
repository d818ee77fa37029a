using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Numerics;

public class PayloadErrorTests
{
    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var type in new[] { "Float", "Float16", "BFloat16", "Double" })
        {
            foreach (var count in new[] { 0, 1, 2, 127, 128, 129, 255, 257, 1000, 4097, 65_537 })
                cases.Add(type, count);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ErrorsAreThoseOfTheValuesToTheLastBit(string typeName, int count)
    {
        var type = Enum.Parse<ElementType>(typeName);
        var (original, values) = Payload(type, count, seed: 1);
        var (decoded, decodedValues) = Payload(type, count, seed: 2);
        var expected = SquaredError.Between(values, decodedValues);
        PayloadError.Between(type, original, decoded).ShouldBe(expected);
        PayloadError.ResidualOf(type, original, decodedValues).ShouldBe(expected.Residual);
    }

    [Fact]
    public void NotANumberMakesEverythingUnknown() =>
        PayloadError.Between(ElementType.Float, BitConverter.GetBytes(float.NaN), BitConverter.GetBytes(1f)).R2.ShouldBe(double.NaN);

    [Fact]
    public void PayloadsOfDifferentLengthsAreRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => PayloadError.Between(ElementType.Float, new byte[8], new byte[4]));

    private static (byte[] Payload, double[] Values) Payload(ElementType type, int count, int seed)
    {
        var random = new Random(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = random.NextDouble() - 0.25;
        var payload = new byte[count * type.BitsPerElement() / 8];
        ElementConversion.WriteValues(type, values, payload);
        ElementConversion.ReadValues(type, payload, values);
        return (payload, values);
    }
}
