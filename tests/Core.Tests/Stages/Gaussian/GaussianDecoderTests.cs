using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Stages;
using CompressTasks.Stages.Gaussian;

namespace CompressTasks.Core.Tests.Stages.Gaussian;

public sealed class GaussianDecoderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AChunkGivesBackTheDecoder(bool amplitudeOnly)
    {
        var input = PlainGaussian.Random(1, 5, 70);
        var options = new GaussianOptions(3, 32, amplitudeOnly);
        var level = new GaussianStage(options).Encode(input, [.. Enumerable.Repeat(1.0, 70)], CancellationToken.None)[0];
        var writer = new ChunkWriter();
        StageDecoders.Write(level.Decoder, writer);
        writer.Matrix(level.Parameters);

        var reader = new ChunkReader(writer.Written);
        IStageDecoder decoder = StageDecoders.Read(reader);
        decoder.Name.ShouldBe("gaussian");
        decoder.CountParameters(level.Parameters).ShouldBe(level.Parameters.Values.Length);
        decoder.SideParameterCount.ShouldBe(0);
        decoder.Decode(reader.Matrix()).Values.ShouldBe(level.Decoder.Decode(level.Parameters).Values);
        reader.Remaining.ShouldBe(0);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3, 0, 4, 0 }, "Gaussians per block")]
    [InlineData(new byte[] { 1, 2, 3, 65, 4, 0 }, "Gaussians per block")]
    [InlineData(new byte[] { 1, 2, 3, 8, 0, 0 }, "columns")]
    [InlineData(new byte[] { 1, 2, 3, 8, 0x81, 8, 0 }, "1025")]
    [InlineData(new byte[] { 1, 2, 3, 8, 4, 2 }, "kind")]
    [InlineData(new byte[] { 1, 2, 3, 8, 4 }, "left")]
    public void DamagedChunksAreRefused(byte[] chunk, string place) =>
        Should.Throw<InvalidDataException>(() => StageDecoders.Read(new ChunkReader(chunk))).Message.ShouldContain(place);

    [Theory]
    [InlineData(3, 24)]
    [InlineData(2, 23)]
    [InlineData(0, 0)]
    public void ParametersOfAnotherShapeAreRefused(int rows, int columns) =>
        Should.Throw<InvalidDataException>(() => new GaussianDecoder(2, 100, new GaussianOptions()).Decode(new Matrix(rows, columns)));

    [Fact]
    public void AMatrixLargerThanAnArrayIsRefusedBeforeItIsAllocated() =>
        Should.Throw<InvalidDataException>(() =>
            new GaussianDecoder(2_500_000, 1024, new GaussianOptions(1, 1024, AmplitudeOnly: true)).Decode(new Matrix(2_500_000, 1)))
            .Message.ShouldContain("2500000");

    [Theory]
    [InlineData(0.0)]
    [InlineData(-2.0)]
    [InlineData(1e-30)]
    [InlineData(1e30)]
    [InlineData(double.PositiveInfinity)]
    public void WidthsThatALossyStageMayGiveBackDecodeToFiniteWeights(double sigma)
    {
        var decoded = new GaussianDecoder(1, 9, new GaussianOptions(1)).Decode(new Matrix(1, 3, [2, 4, sigma]));
        decoded.Values.ShouldAllBe(v => double.IsFinite(v));
        decoded[0, 4].ShouldBe(2);
    }

    [Theory]
    [InlineData(-1e300)]
    [InlineData(1e300)]
    public void CentresFarAwayDecodeToZeros(double mu) =>
        new GaussianDecoder(1, 9, new GaussianOptions(1)).Decode(new Matrix(1, 3, [2, mu, 1])).Values.ShouldAllBe(v => v == 0);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void NotANumberStaysNotANumber(int parameter)
    {
        var parameters = new Matrix(1, 3, [2, 4, 1]);
        parameters.Values[parameter] = double.NaN;
        new GaussianDecoder(1, 9, new GaussianOptions(1)).Decode(parameters).Values.ShouldContain(v => double.IsNaN(v));
    }
}
