using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runnable;

namespace CompressTasks.Core.Tests.Runnable;

public sealed class EqualizationTests
{
    private const int Inputs = 32;
    private const int Rows = 64;

    /// <summary>a = 16, 1, 4; w = 1, 1, 4: at ½, s ∝ √(a / w) = 4, 1, 1 over their geometric mean, ∛4; at 1, s ∝ a over 4.</summary>
    [Fact]
    public void FactorsAreThoseOfTheFormula()
    {
        Equalization.Factors([16, 1, 4], [1, 1, 4], 0.5).ShouldBe([(float)(4 / Math.Cbrt(4)), (float)(1 / Math.Cbrt(4)), (float)(1 / Math.Cbrt(4))], 1e-5);
        Equalization.Factors([16, 1, 4], [1, 1, 4], 1).ShouldBe([4, 0.25f, 1], 1e-5);
        Equalization.Factors([16, 1, 4], [1, 1, 4], 0).ShouldBe([(float)Math.Cbrt(4), (float)Math.Cbrt(4), (float)(Math.Cbrt(4) / 4)], 1e-5);
    }

    [Fact]
    public void ChannelsOfWhichNothingIsKnownStayInTheMiddle()
    {
        Equalization.Factors([0, 4, 1], [1, 1, 1], 1).ShouldBe([1, 2, 0.5f], 1e-5);
        Equalization.Factors([4, double.NaN, 1, 7], [1, 1, 1, 0], 1).ShouldBe([2, 1, 0.5f, 1], 1e-5);
        Equalization.Factors([0, 0], [0, 1], 0.5).ShouldBe([1, 1]);
        Equalization.Factors([1e30, 1e-30], [1, 1], 1).ShouldBe([1024, 1 / 1024f]);
    }

    /// <summary>
    /// One channel of the input is a hundred times as large as the others, which all share its steps: with 255 of them, they have two or three. Two
    /// layers take the same input, one of them by Gemm with a bias and the weight transposed.
    /// </summary>
    [Theory]
    [InlineData(13)]
    [InlineData(10)]
    public void AChannelWithLargeValuesDoesNotTakeTheStepsOfOthers(int opset)
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float), ("z", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, 24), RewrittenRun.Weight("v", 3, 16, Inputs), RewrittenRun.Weight("b", 4, 16)], "MatMul x,w -> y", "Gemm x,v,b -> z");
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "transB", Type = 2, I = 1 });
        model.OpsetImport[0].Version = opset;
        const string gate = "gate: { outputs: { samples: g.npz, r2: 0.5 } }";
        (string, byte[])[] files = [("c.npz", Samples(1)), ("g.npz", Samples(2))];
        using var equalized = new RewrittenRun(model, "integer: { calibration: c.npz }", gate, "onnx", files);
        using var plain = new RewrittenRun(model, "integer", gate, "onnx", files);
        (1 - equalized.Outcome.Report.Outputs!.Pooled.R2!.Value).ShouldBeInRange(0, 0.06 * (1 - plain.Outcome.Report.Outputs!.Pooled.R2!.Value));
        equalized.Model.Graph.Node.Count(node => node.OpType == "Mul" && node.Input[0] == "x").ShouldBe(1);

        var rounding = equalized.Outcome.Report.Runnable!.Rounding!;
        (rounding.Calibration.Path, rounding.Calibration.Count, rounding.SharedWithGate).ShouldBe(("c.npz", 4, 0));
        (1 - rounding.R2!.Value).ShouldBeInRange(0, 0.1 * (1 - rounding.NearestR2!.Value));
        equalized.Outcome.Report.Notes.ShouldContain(note => note.StartsWith(
            "Channels are equalized by what layers meet on 4 samples of c.npz: on a fourth of these, which was held out, R² of the output that loses most is 0.9",
            StringComparison.Ordinal));
        plain.Outcome.Report.Runnable!.Rounding.ShouldBeNull();
        equalized.Outcome.Report.Runnable.Weights.ShouldAllBe(weight => weight.Stored.EndsWith(", equalized channels", StringComparison.Ordinal));

        // What the file is read to stand for are the weights themselves, the integers with their scales and the factors of the channels undone.
        ShouldStandFor("w", k => k / 24, k => k % 24);
        ShouldStandFor("v", k => k % Inputs, k => k / Inputs);
        equalized.Optimized().ShouldDequantizeForNoLayer();
        equalized.Optimized().ShouldHave(opset < 11 ? ["DynamicQuantizeMatMul", "Mul"] : ["MatMulIntegerToFloat", "Mul"]);

        void ShouldStandFor(string name, Func<int, int> inputOf, Func<int, int> outputOf)
        {
            var factors = Reals(equalized.Model.Graph.Initializer.Single(tensor => tensor.Name == "x_equalization"));
            var values = Reals(model.Graph.Initializer.Single(tensor => tensor.Name == name));
            var restored = equalized.Dequantized(name, outputOf).Select((value, i) => value * factors[inputOf(i)]).ToArray();
            var error = values.Zip(restored).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
            var mean = values.Average(value => (double)value);
            equalized.Outcome.Report.Weights.Single(weight => weight.Path == name).R2.ShouldBe(1 - (error / values.Sum(value => Math.Pow(value - mean, 2))), 1e-6);
        }

        static float[] Reals(TensorProto tensor) =>
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.ToByteArray()).ToArray();
    }

    [Theory]
    [InlineData("c.npz", "the samples that the gate judges by")]
    [InlineData("{ random: { seed: 1, count: 4 } }", "random samples")]
    [InlineData("other.npz", null)]
    public void WhatACalibrationCannotShowIsWarnedOf(string calibration, string? expected)
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, 24)], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, $"integer: {{ calibration: {calibration} }}", "gate: { outputs: { samples: c.npz, r2: 0.5 } }", "onnx",
            [("c.npz", Samples(1)), ("other.npz", Samples(2))]);
        run.Outcome.Diagnostics.Where(diagnostic => diagnostic.Code == "CT4010").Select(diagnostic => (diagnostic.Location!.Line, Has(diagnostic.Message)))
            .ShouldBe(expected is null ? [] : [(2, true)]);

        bool Has(string message) => message.Contains(expected!, StringComparison.Ordinal);
    }

    /// <summary>Two layers take the same input, and one gives outputs that are 100,000 times as large: pooled, its errors are all there is.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ASmallOutputIsNotGivenUpForALargeOne(int seed)
    {
        var (small, large) = (RewrittenRun.Weight("w", seed, Inputs, 24), RewrittenRun.Noise(Inputs * 24, seed + 10));
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float), ("z", ElementType.Float)],
            [small, Graphs.Matrix("v", Inputs, 24, i => large[i] * (i / 24 % 5 == 0 ? 3e6f : 1e5f))], "MatMul x,w -> y", "MatMul x,v -> z");
        const string gate = "gate: { outputs: { samples: g.npz, r2: 0.5 } }";
        (string, byte[])[] files = [("c.npz", Even(seed + 20)), ("g.npz", Even(seed + 30))];
        using var equalized = new RewrittenRun(model, "integer: { bits: 5, calibration: c.npz }", gate, "onnx", files);
        using var plain = new RewrittenRun(model, "integer: { bits: 5 }", gate, "onnx", files);
        var rounding = equalized.Outcome.Report.Runnable!.Rounding!;
        rounding.R2!.Value.ShouldBeGreaterThanOrEqualTo(rounding.NearestR2!.Value);
        Worst(equalized).ShouldBeLessThan(1.1 * Worst(plain));

        static double Worst(RewrittenRun run) => run.Outcome.Report.Outputs!.Outputs.Max(output => 1 - output.R2!.Value);
        static byte[] Even(int seed) => Npz.File(("x", Npz.Array("<f4", $"64, {Rows}, {Inputs}", RewrittenRun.Noise(64 * Rows * Inputs, seed))));
    }

    [Fact]
    public void FewSamplesChangeNothingAndThatIsSaid()
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, 24)], "MatMul x,w -> y");
        using var run = new RewrittenRun(model, "integer: { calibration: { random: { seed: 2, count: 3 } } }",
            "gate: { outputs: { samples: { random: { seed: 1, count: 2 } }, r2: 0.5 } }");
        run.Outcome.Report.Notes.ShouldContain("Weights are rounded to the nearest: 3 random samples are too few to round them otherwise, and to judge that.");
    }

    /// <summary>Where channels do not differ, rounding to the nearest may be best, and is kept then.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(", activations: static")]
    [InlineData(", activations: none")]
    public void OnItsOwnSamplesCalibrationIsNeverWorse(string activations)
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, 24)], "MatMul x,w -> y");
        const string gate = "gate: { outputs: { samples: { random: { seed: 1, count: 2 } }, r2: 0.5 } }";
        using var calibrated = new RewrittenRun(model, $"integer: {{ calibration: {{ random: {{ seed: 1, count: 2 }} }}{activations} }}", gate);
        using var plain = new RewrittenRun(model, $"integer: {{ bits: 8{activations} }}", gate);
        calibrated.Outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBeInRange(plain.Outcome.Report.Outputs!.Pooled.R2!.Value, 1);
        calibrated.Outcome.Report.Total.R2.ShouldBeInRange(0.999, 1);
    }

    /// <summary>A search makes weights of it whose layers quantize nothing themselves: these must be what they were.</summary>
    [Fact]
    public void InASearchOnlyDynamicProductsAreEqualized()
    {
        var model = Graphs.Model([("x", [Rows, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, 64), RewrittenRun.Weight("v", 3, 64, 24)], "MatMul x,w -> h", "MatMul h,v -> y");
        (string, byte[])[] files = [("c.npz", Samples(1)), ("g.npz", Samples(2))];
        using var run = new RewrittenRun(model, "integer: { for: outputs, prefer: size, calibration: c.npz }",
            "gate: { outputs: { samples: g.npz, r2: 0.9 } }", "onnx", files);
        run.Outcome.Report.Runnable!.Weights.ShouldContain(weight => weight.Stored.StartsWith("4 bits", StringComparison.Ordinal));
        run.Outcome.Report.Outputs!.Pooled.R2!.Value.ShouldBeInRange(0.9, 1);
        run.Outcome.Report.Total.R2.ShouldBeInRange(0.98, 1);
    }

    private static byte[] Samples(int seed)
    {
        var noise = RewrittenRun.Noise(4 * Rows * Inputs, seed);
        for (var i = 5; i < noise.Length; i += Inputs)
            noise[i] *= 100;
        return Npz.File(("x", Npz.Array("<f4", $"4, {Rows}, {Inputs}", noise)));
    }
}
