using CompressTasks.Compression.Tables;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using static CompressTasks.Core.Tests.Compression.Tables.SyntheticTables;
using static CompressTasks.Core.Tests.Compression.Tables.TrainedLike;

namespace CompressTasks.Core.Tests.Compression.Tables;

public sealed class ComputedTableTests
{
    /// <summary>Of a table at most this is unexplained, of trained weights at least a hundred times as much as a table may leave.</summary>
    private const double MostOfTables = 1e-5, LeastOfTrained = 1e-2;

    private static readonly Dictionary<string, (long[] Shape, Func<double[]> Values)> _tables = new()
    {
        ["Fourier basis, Hann"] = ([258, 1, 256], () => Fourier(256, Hann(256))),
        ["Fourier basis, Hann of 400 in the middle of 512"] = ([514, 1, 512], () => Fourier(512, Hann(400, 56))),
        ["Fourier basis, Hann of 400 at the start of 512"] = ([514, 1, 512], () => Fourier(512, Hann(400))),
        ["Fourier basis, no window"] = ([130, 128], () => Fourier(128, _ => 1)),
        ["Fourier basis, transposed"] = ([256, 258], () => Transposed(Fourier(256, Hann(256)), 258)),
        ["cosines alone"] = ([129, 1, 256], () => Fourier(256, Hann(256))[..(129 * 256)]),
        ["cosine transform"] = ([64, 64], () => Cosine(64)),
        ["cepstral transform"] = ([13, 80], () => Cosine(80)[..(13 * 80)]),
        ["Haar"] = ([256, 1, 256], () => Wavelets(256, Haar)),
        ["Daubechies"] = ([256, 1, 256], () => Wavelets(256, Daubechies)),
        ["Daubechies filters for each channel"] = ([192, 1, 4, 4], () => [.. Enumerable.Repeat(Outer(Daubechies), 192).SelectMany(taps => taps)]),
        ["mel, 80 of 201"] = ([80, 201], () => Mel(80, 201)),
        ["mel, 128 of 257"] = ([128, 257], () => Mel(128, 257)),
        ["mel, 40 of 257, transposed"] = ([257, 40], () => Transposed(Mel(40, 257), 40)),
        ["Hann window"] = ([1024], () => [.. Enumerable.Range(0, 1024).Select(Hann(1024))]),
        ["Hamming window"] = ([1, 1, 2048], () => Hamming(2048)),
        ["Blackman window"] = ([1500], () => [.. Enumerable.Range(0, 1500).Select(t => Blackman(t, 1500))]),
        ["sinc filters"] = ([32, 1, 101], () => Sinc(32, 101)),
        ["positions, interleaved"] = ([1, 512, 256], () => Positions(512, 256, interleaved: true)),
        ["positions, halves"] = ([1500, 384], () => Positions(1500, 384, interleaved: false)),
        ["positions in the middle"] = ([4, 512, 128], () => [.. Enumerable.Repeat(Positions(512, 128, interleaved: false), 4).SelectMany(table => table)]),
        ["rotations, cosine and sine last"] = ([2048, 32, 2], () => Positions(2048, 64, interleaved: true)),
        ["Fourier basis, real and imaginary last"] = ([129, 256, 2], () => ImaginaryLast(Fourier(256, Hann(256)))),
        ["linear biases"] = ([1, 8, 64, 64], () => LinearBiases(8, 64)),
        ["ramp"] = ([4096], () => [.. Enumerable.Range(0, 4096).Select(i => i / 4096.0)]),
    };

    private static readonly Dictionary<string, (long[] Shape, Func<double[]> Values)> _trained = new()
    {
        ["noise"] = ([256, 256], () => Noise(65536)),
        ["noise in few rows"] = ([2, 1024], () => Noise(2048)),
        ["noise in short rows"] = ([512, 16], () => Noise(8192)),
        ["noise in a vector"] = ([1024], () => Noise(1024)),
        ["smooth kernels of 64"] = ([32, 1, 64], () => Smooth(32, 64, 4)),
        ["smooth kernels of 128"] = ([64, 1, 128], () => Smooth(64, 128, 10)),
        ["very smooth kernels"] = ([64, 1, 128], () => Smooth(64, 128, 20)),
        ["low rank"] = ([128, 256], () => LowRank(128, 256, 4)),
        ["rank one"] = ([128, 256], () => LowRank(128, 256, 1)),
        ["pruned"] = ([256, 256], () => Pruned(65536)),
        ["pruned columns"] = ([256, 256], () => PrunedColumns(256, 256)),
        ["blocks of 16"] = ([128, 128], () => Blocks(128, 16)),
        ["blocks of 4"] = ([128, 128], () => Blocks(128, 4)),
        ["scales"] = ([4096], () => Scales(4096, 0.05)),
        ["scales near 1"] = ([4096], () => Scales(4096, 1e-3)),
        ["positions after training"] = ([512, 256], () => FineTuned(Positions(512, 256, interleaved: true), 0.1)),
        ["Fourier basis after training"] = ([258, 1, 256], () => FineTuned(Fourier(256, Hann(256)), 0.1)),
        ["rows for four heads each"] = ([256, 128], () => [.. Enumerable.Repeat(Noise(64 * 128), 4).SelectMany(rows => rows)]),
        ["words that never occur"] = ([1024, 64], () => [.. Noise(300 * 64), .. Enumerable.Repeat(Noise(64, 2), 724).SelectMany(row => row)]),
        ["depthwise kernels"] = ([240, 1, 5, 5], () => Noise(6000)),
    };

    public static TheoryData<string, int> Tables => Cases(_tables.Keys);

    public static TheoryData<string, int> Trained => Cases(_trained.Keys);

    [Theory]
    [MemberData(nameof(Tables))]
    public void ATableIsRecognized(string name, int type)
    {
        var evidence = Measure(_tables[name], (ElementType)type);
        evidence.IsTable.ShouldBeTrue($"{evidence}");
        evidence.Departure.ShouldBeLessThan(MostOfTables, $"{evidence}");
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void WhatWasTrainedIsNone(string name, int type) =>
        Measure(_trained[name], (ElementType)type).Departure.ShouldBeGreaterThan(LeastOfTrained);

    [Theory]
    [InlineData(0)]
    [InlineData(1, 1)]
    [InlineData(16)]
    [InlineData(4, 0, 16)]
    public void WhatHasNoRowsToLookAtIsNone(params int[] shape) =>
        ComputedTable.Measure(ElementType.Float, [.. shape.Select(length => (long)length)], new byte[4 * shape.Aggregate(1, (a, b) => a * b)])
            .IsTable.ShouldBeFalse();

    [Fact]
    public void NotANumberIsNoTable() => Measure(([1024], () => [.. Enumerable.Repeat(double.NaN, 1024)]), ElementType.Float).IsTable.ShouldBeFalse();

    private static TableEvidence Measure((long[] Shape, Func<double[]> Values) weight, ElementType type)
    {
        var values = weight.Values();
        values.LongLength.ShouldBe(weight.Shape.Aggregate(1L, (product, length) => product * length));
        var payload = new byte[values.Length * type.BitsPerElement() / 8];
        ElementConversion.WriteValues(type, values, payload);
        return ComputedTable.Measure(type, weight.Shape, payload);
    }

    private static double[] ImaginaryLast(double[] basis) =>
        [.. basis.Take(basis.Length / 2).Zip(basis.Skip(basis.Length / 2), (real, imaginary) => (double[])[real, imaginary]).SelectMany(pair => pair)];

    private static TheoryData<string, int> Cases(IEnumerable<string> names)
    {
        var cases = new TheoryData<string, int>();
        foreach (var name in names)
        {
            foreach (var type in (ElementType[])[ElementType.Float, ElementType.Double, ElementType.Float16, ElementType.BFloat16])
                cases.Add(name, (int)type);
        }

        return cases;
    }

    private static double[] Transposed(double[] values, int rows)
    {
        var columns = values.Length / rows;
        return [.. Enumerable.Range(0, values.Length).Select(i => values[(i % rows * columns) + (i / rows)])];
    }

    private static double[] Outer(double[] taps) => [.. taps.SelectMany(a => taps.Select(b => a * b))];
}
