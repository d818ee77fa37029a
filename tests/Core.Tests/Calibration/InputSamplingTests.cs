using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Outputs;

namespace CompressTasks.Core.Tests.Calibration;

public sealed class InputSamplingTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void UpToTheBoundEveryInputCounts(long count)
    {
        var sampling = new InputSampling(8, 3);
        sampling.Places(count).ShouldBe(Enumerable.Range(0, (int)count).Select(place => (long)place));
        sampling.Scale(count).ShouldBe(1);
    }

    [Fact]
    public void BeyondItOneOfEachStretchDoes()
    {
        var places = new InputSampling(10, 3).Places(1_000).ToList();
        places.Select(place => place / 100).ShouldBe(Enumerable.Range(0, 10).Select(stretch => (long)stretch));
        new InputSampling(10, 3).Places(1_000).ShouldBe(places);
        new InputSampling(10, 4).Places(1_000).ShouldNotBe(places);
    }

    [Fact]
    public void EveryPlaceHasItsTurn() =>
        Enumerable.Range(0, 500).SelectMany(seed => new InputSampling(3, (ulong)seed).Places(20)).Distinct().Count().ShouldBe(20);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void MomentsOfASampleAreOnAverageThoseOfAll(int kind)
    {
        LayerInput input = kind switch
        {
            0 => new AxisInput("x", 1),
            1 => new PatchInput("x", [2, 2], [1, 1], [1, 1], [1, 0, 0, 1], "", 2),
            _ => new StateInput("x", "", IsBatchFirst: false, [false]),
        };
        long[] shape = kind == 2 ? [60, 1, 2, 4] : [3, 4, 8, 9];
        var random = new Random(4);
        var count = (int)shape.Aggregate((a, b) => a * b);
        var tensor = new TensorValue("x", ElementType.Float, shape,
            Build.Bytes([.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.2f)]));
        var (inputs, groups) = kind == 1 ? (8, 2) : (4, 1);
        var all = MomentsWith(InputSampling.All);
        var mean = new double[all.Length];
        const int seeds = 2000;
        for (var seed = 0; seed < seeds; seed++)
        {
            foreach (var (index, value) in MomentsWith(new(12, (ulong)seed)).Index())
                mean[index] += value / seeds;
        }

        // Twelve of about a hundred, 2,000 times: off by less than a hundredth of a diagonal's value.
        var unit = all.Max();
        mean.Zip(all, (found, expected) => Math.Abs(found - expected) / unit).Max().ShouldBeLessThan(0.02);

        double[] MomentsWith(InputSampling sampling)
        {
            var moments = Enumerable.Range(0, groups).Select(_ => new SecondMoments(inputs, inputs)).ToArray();
            input.AddTo([tensor], moments, sampling).ShouldBeTrue();
            if (sampling != InputSampling.All)
                moments.ShouldAllBe(each => each.Samples == 12);
            return [.. moments.SelectMany(each => each.Finish()[0])];
        }
    }
}
