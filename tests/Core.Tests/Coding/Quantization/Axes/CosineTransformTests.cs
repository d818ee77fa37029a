using CompressTasks.Coding.Quantization.Axes;

namespace CompressTasks.Core.Tests.Coding.Quantization.Axes;

public sealed class CosineTransformTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 5)]
    [InlineData(16, 1)]
    [InlineData(37, 2)]
    [InlineData(512, 1)]
    public void CoefficientsAreTheSumsOfTheDefinition(int length, int stride)
    {
        var random = new Random(length);
        var values = Enumerable.Range(0, 2 * length * stride).Select(_ => Samples.Gaussian(random)).ToArray();
        var coefficients = values.ToArray();

        CosineTransform.Forward(length).Apply(coefficients, stride);

        for (var element = 0; element < values.Length; element++)
        {
            var k = element / stride % length;
            var sum = 0.0;
            for (var j = 0; j < length; j++)
                sum += values[element
                    + ((j - k) * stride)] * Math.Sqrt((k == 0 ? 1.0 : 2.0) / length) * Math.Cos(Math.PI * ((2 * j) + 1) * k / (2.0 * length));
            coefficients[element].ShouldBe(sum, 1e-11);
        }

        CosineTransform.Inverse(length).Apply(coefficients, stride);

        coefficients.Zip(values, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-12);
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(24, 7)]
    [InlineData(67, 1)]
    public void LinesThatGoTogetherAreSummedAsOneAlone(int length, int stride)
    {
        var values = Samples.Of("gaussian", 6 * length * stride);
        var together = values.ToArray();
        var alone = values.ToArray();
        var transform = CosineTransform.Forward(length);

        transform.Apply(together, stride);
        for (var line = 0; line < 6 * stride; line++)
            transform.Apply(alone, stride, line, 1);

        // Bit by bit, and in the order of the definition: columns of the matrix are the transforms of unit vectors.
        together.ShouldBe(alone);
        var matrix = new double[length * length];
        for (var i = 0; i < length; i++)
            matrix[(i * length) + i] = 1;
        transform.Apply(matrix, 1);
        for (var k = 0; k < length; k++)
        {
            var sum = 0.0;
            for (var j = 0; j < length; j++)
                sum += values[j * stride] * matrix[(j * length) + k];
            together[k * stride].ShouldBe(sum);
        }
    }

    [Fact]
    public void AxesAreTransformedWhereThatPays()
    {
        var noise = Samples.Of("gaussian", 50 * 60);
        var smooth = Enumerable.Range(0, 50 * 60).Select(i => Math.Cos(0.1 * (i % 60)) * noise[i / 60]).ToArray();

        TransformSelection.Apply(smooth, TensorAxes.Of([50, 60], 3000), 1e-7).ShouldBe(0b100, "the axes are 1, 50 and 60");
        TransformSelection.Apply(noise, TensorAxes.Of([50, 60], 3000), 1e-6).ShouldBe(0);
    }
}
