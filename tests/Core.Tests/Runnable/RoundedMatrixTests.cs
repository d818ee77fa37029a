using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Runnable;
using CompressTasks.WeightCoding;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class RoundedMatrixTests
{
    private const int Inputs = 24;
    private const int Outputs = 10;

    private static readonly double[] _values = [.. RewrittenRun.Noise(Inputs * Outputs, 3).Select(value => (double)value)];

    public static TheoryData<int, bool> Stores => new()
    {
        { 0, false },
        { 0, true },
        { 8, false },
        { 8, true },
    };

    /// <summary>E[xxᵀ] of inputs that go along: what they do not feel costs nothing. tr(Eᵀ H E) by plain loops.</summary>
    [Theory]
    [MemberData(nameof(Stores))]
    public void ErrorsThatInputsFeelAreSmallerThanThoseOfTheNearest(int block, bool inputsLast)
    {
        var random = new Random(8);
        var moments = new SecondMoments(Inputs, Inputs);
        var h = new double[Inputs, Inputs];
        for (var sample = 0; sample < 400; sample++)
        {
            var common = random.NextDouble() - 0.5;
            var x = Enumerable.Range(0, Inputs).Select(_ => common + (0.2 * (random.NextDouble() - 0.5))).ToArray();
            x.CopyTo(moments.Next());
            for (var i = 0; i < Inputs * Inputs; i++)
                h[i / Inputs, i % Inputs] += x[i / Inputs] * x[i % Inputs];
        }

        var store = Store(block, inputsLast);
        var fed = RoundedMatrix.WithFeedback(store, _values, Calibrated(moments, inputsLast));
        var (nearest, found) = (Form(RoundedMatrix.Nearest(store, _values)), Form(fed));
        found.ShouldBeInRange(0, 0.25 * nearest);
        fed.Integers.Select((integer, i) => integer + Zero(store, fed, i / Inputs, i % Inputs)).ShouldAllBe(stored => stored >= 0 && stored <= 15);

        double Form(RoundedMatrix rounded)
        {
            var sum = 0.0;
            for (var output = 0; output < Outputs; output++)
            {
                var errors = Enumerable.Range(0, Inputs).Select(input => Decoded(store, rounded, output, input) - _values[store.IndexOf(output, input)])
                    .ToArray();
                for (var i = 0; i < Inputs * Inputs; i++)
                    sum += errors[i / Inputs] * h[i / Inputs, i % Inputs] * errors[i % Inputs];
            }

            return sum;
        }
    }

    /// <summary>Inputs that have nothing to do with each other, all alike: of the nearest on three grids, what has the least error.</summary>
    [Theory]
    [MemberData(nameof(Stores))]
    public void WithoutCouplingsEveryOutputHasTheBestOfThreeGrids(int block, bool inputsLast)
    {
        var moments = new SecondMoments(Inputs, Inputs);
        for (var i = 0; i < 50 * Inputs; i++)
        {
            var x = moments.Next();
            x.Clear();
            x[i % Inputs] = 2;
        }

        var store = Store(block, inputsLast);
        var found = RoundedMatrix.WithFeedback(store, _values, Calibrated(moments, inputsLast));
        var nearest = RoundedMatrix.Nearest(store, _values);
        var usual = nearest.Scales;
        for (var output = 0; output < Outputs; output++)
        {
            var errors = new[] { 1f, 0.95f, 0.9f }.Select(share => Enumerable.Range(0, Inputs).Sum(input =>
            {
                var value = _values[store.IndexOf(output, input)];
                var scale = share * usual[(output * store.BlocksOfOutput) + (input / store.Block)];
                return Math.Pow(value - (scale * Math.Clamp(Math.Round(value / scale), block == 0 ? -7 : -Zero(store, nearest, output, input), block == 0 ? 7 : 15 - Zero(store, nearest, output, input))), 2);
            })).ToArray();
            Enumerable.Range(0, Inputs).Sum(input => Math.Pow(_values[store.IndexOf(output, input)] - Decoded(store, found, output, input), 2))
                .ShouldBe(errors.Min(), 1e-9);
        }
    }

    /// <summary>A constant is its scale times one integer; feedback from inputs that go along has nothing to mend there.</summary>
    [Theory]
    [MemberData(nameof(Stores))]
    public void WhatTheNearestStandForExactlyStays(int block, bool inputsLast)
    {
        var random = new Random(8);
        var moments = new SecondMoments(Inputs, Inputs);
        for (var sample = 0; sample < 400; sample++)
        {
            var common = random.NextDouble() - 0.5;
            foreach (ref var x in moments.Next())
                x = common + (0.2 * (random.NextDouble() - 0.5));
        }

        var store = Store(block, inputsLast);
        double[] values = [.. _values];
        for (var input = 0; input < Inputs; input++)
            values[store.IndexOf(3, input)] = input % 2 == 0 ? 0.25 : -0.25;
        var found = RoundedMatrix.WithFeedback(store, values, Calibrated(moments, inputsLast));
        for (var input = 0; input < Inputs; input++)
            Decoded(store, found, 3, input).ShouldBe(values[store.IndexOf(3, input)], 1e-7);
        var nearest = RoundedMatrix.Nearest(store, values);
        Enumerable.Range(0, Outputs).Count(output => Enumerable.Range(0, Inputs).Any(input => Decoded(store, found, output, input) != Decoded(store, nearest, output, input)))
            .ShouldBeInRange(Outputs / 2, Outputs - 1);
    }

    [Fact]
    public void WhatIsKnownOfAnotherMatrixDoesNotFit()
    {
        var moments = new SecondMoments(Inputs, Inputs);
        moments.Next().Fill(1);
        var known = Calibrated(moments, inputsLast: true);
        RoundedMatrix.Fits(Store(8, inputsLast: true), known).ShouldBeTrue();
        RoundedMatrix.Fits(Store(0, inputsLast: true), known).ShouldBeTrue();
        RoundedMatrix.Fits(Store(8, inputsLast: false), known).ShouldBeFalse();
        RoundedMatrix.Fits(Store(0, inputsLast: false), known).ShouldBeFalse();
        RoundedMatrix.Fits(new WeightStore.PerChannel(ChannelLayout.First([Inputs, Outputs]), new(Inputs), 8), known).ShouldBeFalse();
    }

    /// <summary>Inputs of which one says what the others are: a weight of four bits loses next to nothing that they feel.</summary>
    [Theory]
    [InlineData("{ bits: 4, activations: none, calibration: c.npz }")]
    [InlineData("{ bits: 5, calibration: c.npz }")]
    [InlineData("{ bits: 5, activations: static, calibration: c.npz }")]
    public void ARunnableModelIsRoundedAgainstItsSamplesAndSaysSo(string options)
    {
        var model = Graphs.Model([("x", [-1, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, 16)], "MatMul x,w -> y");
        const string gate = "gate: { outputs: { samples: g.npz, r2: 0.5 } }";
        (string, byte[])[] files = [("c.npz", Samples(1)), ("g.npz", Samples(2))];
        using var fed = new RewrittenRun(model, $"integer: {options}", gate, "onnx", files);
        using var plain = new RewrittenRun(model, $"integer: {options.Replace(", calibration: c.npz", "", StringComparison.Ordinal)}", gate, "onnx", files);
        (1 - fed.Outcome.Report.Outputs!.Pooled.R2!.Value).ShouldBeLessThan(0.7 * (1 - plain.Outcome.Report.Outputs!.Pooled.R2!.Value));
        fed.Outcome.Report.Runnable!.Weights.ShouldHaveSingleItem().Stored.ShouldContain(", error feedback");
        plain.Outcome.Report.Runnable!.Weights.ShouldHaveSingleItem().Stored.ShouldNotContain("feedback");
    }

    /// <summary>Fewer samples than four: nothing is held out that would tell whether it helps.</summary>
    [Fact]
    public void ThreeSamplesAreTooFew()
    {
        var model = Graphs.Model([("x", [-1, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, 16)], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, "integer: { bits: 4, activations: none, calibration: c.npz }", "", "onnx", ("c.npz", Samples(1, count: 3)));
        run.Outcome.Report.Runnable!.Weights.ShouldHaveSingleItem().Stored.ShouldNotContain("feedback");
    }

    [Theory]
    [InlineData("activations: none")]
    [InlineData("activations: static")]
    [InlineData("activations: dynamic")]
    public void NaNAmongTheSamplesIsRefused(string activations)
    {
        var model = Graphs.Model([("x", [-1, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, 16)], "MatMul x,w -> y");
        Should.Throw<CompressException>(() => new RewrittenRun(
            model, $"integer: {{ {activations}, calibration: c.npz }}", "", "onnx", ("c.npz", Samples(1, count: 8, nan: 5))))
            .Diagnostics.ShouldHaveSingleItem().ToString().ShouldContain("CT4033");
    }

    /// <summary>Their sums are nothing, and so must be what rounding leaves of these, beside values as small as the others' here.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void BlocksOfZerosAddNothing(int bits)
    {
        var weight = RewrittenRun.Weight("w", 2, 64, 16);
        float[] values = [.. RewrittenRun.Noise(64 * 16, 7).Select((value, i) => i / 16 < 32 ? 0 : 1e-5f * value)];
        weight.RawData = Google.Protobuf.ByteString.CopyFrom(Build.Bytes(values));
        var model = Graphs.Model([("x", [1, 64])], [("y", ElementType.Float)], [weight], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, $"integer: {{ bits: {bits}, activations: none }}",
            "gate: { outputs: { samples: { random: { seed: 1, count: 16 } }, r2: 0.5 } }");
        run.Outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBeInRange(bits == 8 ? 0.999 : 0.97, 1);
    }

    private static byte[] Samples(int seed, int count = 64, int? nan = null)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, count).SelectMany(_ =>
        {
            var common = random.NextSingle() - 0.5f;
            return Enumerable.Range(0, Inputs).Select(_ => common + (0.1f * (random.NextSingle() - 0.5f))).ToArray();
        })];
        if (nan is { } at)
            x[at * Inputs] = float.NaN;
        return Npz.File(("x", Npz.Array("<f4", $"{count}, 1, {Inputs}", x)));
    }

    /// <summary>The stored integer of four bits that stands for 0.</summary>
    private static int Zero(WeightStore.Matrix store, RoundedMatrix rounded, int output, int input) =>
        rounded.ZeroPoints?[(output * store.BlocksOfOutput) + (input / store.Block)] ?? 8;

    private static double Decoded(WeightStore.Matrix store, RoundedMatrix rounded, int output, int input) =>
        rounded.Scales[(output * store.BlocksOfOutput) + (input / store.Block)] * (double)rounded.Integers[(output * Inputs) + input];

    private static CalibratedWeight Calibrated(SecondMoments moments, bool inputsLast) =>
        new(new LinearLayout(Inputs, Outputs, inputsLast, Groups: 1), InputCovarianceFactor.Create([moments])!);

    /// <summary>Of four bits; a scale for each channel, or for each eight inputs.</summary>
    private static WeightStore.Matrix Store(int block, bool inputsLast) => block > 0
        ? new WeightStore.Blocks(Inputs, Outputs, inputsLast, Bits: 4, block)
        : new WeightStore.PerChannel(ChannelLayout.Along(inputsLast ? [Outputs, Inputs] : [Inputs, Outputs], inputsLast ? 1 : 0), new(Outputs), Bits: 4);
}
