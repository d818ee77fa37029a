using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Numerics;

public class ElementConversionTests
{
    /// <summary>Half the distance from 1 to the next float.</summary>
    private const double HalfUlp = 1.0 / (1 << 24);

    [Fact]
    public void EveryFloat16SurvivesTheWayToDoubleAndBack() =>
        EveryPatternSurvives(ElementType.Float16, bits => (double)BitConverter.UInt16BitsToHalf(bits));

    [Fact]
    public void EveryBFloat16SurvivesTheWayToDoubleAndBack() => EveryPatternSurvives(ElementType.BFloat16, FromBFloat16);

    [Fact]
    public void Float16RoundsToNearestEvenBetweenAnyTwoNeighbours() =>
        RoundsToNearestEven(ElementType.Float16, 0x7BFF, bits => (double)BitConverter.UInt16BitsToHalf(bits), Math.ScaleB(1, 16));

    [Fact]
    public void BFloat16RoundsToNearestEvenBetweenAnyTwoNeighbours() =>
        RoundsToNearestEven(ElementType.BFloat16, 0x7F7F, FromBFloat16, Math.ScaleB(1, 128));

    [Theory]
    [InlineData(1.0 + HalfUlp, 1.0f)]
    [InlineData(1.0 + (3 * HalfUlp), 1.0f + (4 * (float)HalfUlp))]
    [InlineData(1.0 + HalfUlp + 1e-15, 1.0f + (2 * (float)HalfUlp))]
    [InlineData(1e300, float.PositiveInfinity)]
    [InlineData(-1e-300, -0.0f)]
    public void FloatRoundsOnceToNearestEven(double value, float expected)
    {
        var payload = new byte[4];
        ElementConversion.WriteValues(ElementType.Float, [value], payload);
        BitConverter.ToInt32(payload).ShouldBe(BitConverter.SingleToInt32Bits(expected));
    }

    [Theory]
    [InlineData(ElementType.Float)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Double)]
    internal void NotANumberAndInfinitiesAndSignedZeroAreKept(ElementType type)
    {
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0.0];
        var payload = new byte[values.Length * type.BitsPerElement() / 8];
        ElementConversion.WriteValues(type, values, payload);
        var read = new double[values.Length];
        ElementConversion.ReadValues(type, payload, read);
        double.IsNaN(read[0]).ShouldBeTrue();
        read[1..].Select(BitConverter.DoubleToInt64Bits).ShouldBe(values[1..].Select(BitConverter.DoubleToInt64Bits));
    }

    // A NaN whose payload lies in the bits that are cut off must not become an infinity.
    [Fact]
    public void NotANumberWithALowPayloadStaysOneInBFloat16()
    {
        var payload = new byte[2];
        ElementConversion.WriteValues(ElementType.BFloat16, [(double)BitConverter.Int32BitsToSingle(0x7F80_0001)], payload);
        var read = new double[1];
        ElementConversion.ReadValues(ElementType.BFloat16, payload, read);
        double.IsNaN(read[0]).ShouldBeTrue();
    }

    [Fact]
    public void UnalignedPayloadsAreReadRight()
    {
        byte[] bytes = [0xFF, .. Build.Bytes(1.5f, -2.25f)];
        var values = new double[2];
        ElementConversion.ReadValues(ElementType.Float, bytes.AsSpan(1), values);
        values.ShouldBe([1.5, -2.25]);
    }

    [Fact]
    public void OtherTypesAndLengthsAreRefused()
    {
        Should.Throw<ArgumentException>(() => ElementConversion.ReadValues(ElementType.Int32, new byte[4], new double[1]));
        Should.Throw<ArgumentException>(() => ElementConversion.ReadValues(ElementType.Float, new byte[4], new double[2]));
        Should.Throw<ArgumentException>(() => ElementConversion.WriteValues(ElementType.Double, new double[1], new byte[4]));
    }

    private static double FromBFloat16(ushort bits) => BitConverter.Int32BitsToSingle(bits << 16);

    private static void EveryPatternSurvives(ElementType type, Func<ushort, double> reference)
    {
        var payload = new byte[2 << 16];
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
            BitConverter.TryWriteBytes(payload.AsSpan(2 * bits), (ushort)bits).ShouldBeTrue();
        var values = new double[1 << 16];
        ElementConversion.ReadValues(type, payload, values);
        values.ShouldBe(Enumerable.Range(0, 1 << 16).Select(bits => reference((ushort)bits)));
        var written = new byte[payload.Length];
        ElementConversion.WriteValues(type, values, written);
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            if (!double.IsNaN(values[bits]))
                BitConverter.ToUInt16(written, 2 * bits).ShouldBe((ushort)bits);
        }
    }

    // Neighbours and the point halfway between them are exact doubles, so the three cases around it need no other implementation to compare with.
    private static void RoundsToNearestEven(ElementType type, int largest, Func<ushort, double> reference, double afterLargest)
    {
        for (var bits = 0; bits <= largest; bits++)
        {
            var above = bits == largest ? afterLargest : reference((ushort)(bits + 1));
            var halfway = (reference((ushort)bits) + above) / 2;
            var payload = new byte[2 * 4];
            ElementConversion.WriteValues(type, [Math.BitDecrement(halfway), halfway, Math.BitIncrement(halfway), -halfway], payload);
            var even = (bits & 1) == 0 ? bits : bits + 1;
            var found = Enumerable.Range(0, 4).Select(i => (int)BitConverter.ToUInt16(payload, 2 * i));
            found.SequenceEqual([bits, even, bits + 1, even | 0x8000]).ShouldBeTrue($"around {halfway:R}");
        }
    }
}
