using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Coding;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.WeightCoding;
using CompressTasks.WeightCoding.Decoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Core.Tests.WeightCoding;

[Trait("Speed", "Slow")]
public sealed class CalibratedEncoderTests
{
    /// <summary>Inputs that go along with each other: at the same size, a layer's outputs lose several times less than with plain coding.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 4)]
    public void OutputsOfCorrelatedInputsLoseLessForTheSameBytes(bool inputsLast, int groups)
    {
        var layout = new LinearLayout(64, 128, inputsLast, groups);
        var (inputs, moments) = Correlated(layout, samples: 500);
        var weight = new CalibratedWeight(layout, InputCovarianceFactor.Create(moments)!);
        var payload = Payload(layout, seed: 1);
        long[] shape = inputsLast ? [128, 64] : [64, 128];

        var calibrated = WeightEncoder.Encode(payload, ElementType.Float, shape, weight, 0.5);
        calibrated.KeptBecause.ShouldBeNull();
        var plain = Enumerable.Range(0, 60)
            .Select(i => WeightEncoder.Encode(payload, ElementType.Float, shape, new("s", [Quantize(0.05 * Math.Pow(1.1, i))], new("t")), 1, default))
            .First(encoded => encoded.Chunk.Length <= calibrated.Chunk.Length);
        OutputError(calibrated).ShouldBeLessThan(0.4 * OutputError(plain));

        double OutputError(EncodedWeight encoded)
        {
            var decoded = new byte[payload.Length];
            WeightDecoder.Decode(encoded.Chunk, ElementType.Float, shape, decoded);
            var e = layout.ToRows(Values(decoded).Zip(Values(payload), (a, b) => a - b).ToArray());
            var width = layout.Outputs / layout.Groups;
            return Enumerable.Range(0, layout.Outputs)
                .Sum(m => inputs[m / width].Sum(x => Math.Pow(Enumerable.Range(0, 64).Sum(k => x[k] * e[(k * 128) + m]), 2)));
        }
    }

    /// <summary>
    /// Outputs that are alike to the model, too: at the same size the model's outputs, tr(Eᵀ H E G), lose less than when all outputs of a layer count
    /// alike, and the error that is reported is that one.
    /// </summary>
    [Theory]
    [InlineData(true, 1, 128)]
    [InlineData(false, 1, 128)]
    [InlineData(true, 1, 50)]
    [InlineData(true, 4, 32)]
    public void OutputsThatAreAlikeToTheModelLoseLessForTheSameBytes(bool inputsLast, int groups, int runLength)
    {
        var layout = new LinearLayout(64, 128, inputsLast, groups);
        var (inputs, moments) = Correlated(layout, samples: 500);
        var (gradients, _) = Correlated(new(128, 1, false, 1), samples: 400);
        var ofOutputs = new SecondMoments(128, runLength);
        foreach (var gradient in gradients[0])
            gradient.CopyTo(ofOutputs.Next());
        var factor = InputCovarianceFactor.Create(moments)!;
        var oneSided = new CalibratedWeight(layout, factor);
        var twoSided = new CalibratedWeight(layout, factor, OutputGradientFactor.Create(ofOutputs, 0.1));
        var payload = Payload(layout, seed: 1);
        long[] shape = inputsLast ? [128, 64] : [64, 128];

        var found = WeightEncoder.Encode(payload, ElementType.Float, shape, twoSided, 0.5);
        var other = Enumerable.Range(0, 90).Select(i => WeightEncoder.Encode(payload, ElementType.Float, shape, oneSided, 0.2 * Math.Pow(1.05, i)))
            .First(encoded => encoded.Chunk.Length <= found.Chunk.Length);
        ModelError(found).ShouldBeLessThan(0.7 * ModelError(other));

        double ModelError(EncodedWeight encoded)
        {
            var decoded = new byte[payload.Length];
            WeightDecoder.Decode(encoded.Chunk, ElementType.Float, shape, decoded);
            var e = layout.ToRows(Values(decoded).Zip(Values(payload), (a, b) => a - b).ToArray());
            var width = Math.Min(128 / groups, runLength);

            // The groups' inputs, and gradients of different runs, have nothing to do with each other.
            return Enumerable.Range(0, ((128 - 1) / width) + 1).Sum(run =>
            {
                var (start, end) = (run * width, Math.Min((run + 1) * width, 128));
                return inputs[start / (128 / groups)].Sum(x =>
                {
                    var y = Enumerable.Range(start, end - start).Select(m => Enumerable.Range(0, 64).Sum(k => x[k] * e[(k * 128) + m])).ToArray();
                    return gradients[0].Sum(g => Math.Pow(y.Select((value, m) => value * g[start + m]).Sum(), 2));
                });
            });
        }
    }

    [Theory]
    [InlineData((int)ElementType.Float)]
    [InlineData((int)ElementType.Float16)]
    [InlineData((int)ElementType.BFloat16)]
    [InlineData((int)ElementType.Double)]
    public void TheErrorThatIsReportedIsThatOfTheDecodedWeight(int elementType)
    {
        var type = (ElementType)elementType;
        var layout = new LinearLayout(40, 30, InputsLast: true, Groups: 1);
        var random = new Random(4);
        var payload = new byte[1200 * type.BitsPerElement() / 8];
        ElementConversion.WriteValues(type, [.. Enumerable.Range(0, 1200).Select(_ => random.NextDouble() - 0.5)], payload);
        var encoded = WeightEncoder.Encode(payload, type, [30, 40], new(layout, InputCovarianceFactor.Create(Correlated(layout, 100).Moments)!), 0.1);
        var decoded = new byte[payload.Length];
        WeightDecoder.Decode(encoded.Chunk, type, [30, 40], decoded);
        encoded.Restored.ShouldBe(decoded);
        encoded.Error.Residual.ShouldBe(Values(type, decoded).Zip(Values(type, payload), (a, b) => Math.Pow(a - b, 2)).Sum(), 1e-9);
        encoded.Error.R2.ShouldBeInRange(0.5, 0.9999);
    }

    /// <summary>A second decoder, written from the document alone.</summary>
    [Theory]
    [InlineData(true, 1, 64, 128)]
    [InlineData(false, 1, 64, 128)]
    [InlineData(true, 4, 9, 240)]
    public void TheDocumentSaysHowToDecode(bool inputsLast, int groups, int k, int m)
    {
        var layout = new LinearLayout(k, m, inputsLast, groups);
        long[] shape = inputsLast ? [m, k] : [k, m];
        var chunk = WeightEncoder.Encode(Payload(layout, 7), ElementType.Float, shape,
            new(layout, InputCovarianceFactor.Create(Correlated(layout, 60).Moments)!), 0.2).Chunk;
        var decoded = new byte[4 * k * m];
        WeightDecoder.Decode(chunk, ElementType.Float, shape, decoded);

        chunk[0].ShouldBe((byte)3);
        var position = 2;
        ReferenceDecoder.Count(chunk, ref position).ShouldBe(k);
        var hasGroups = (chunk[1] & 2) != 0;
        var runs = hasGroups ? ReferenceDecoder.Count(chunk, ref position) : 1;
        var side = new ReferenceDecoder(ReferenceDecoder.Bytes(chunk, ref position), 127);
        var exponents = Enumerable.Range(0, k + (hasGroups ? runs : 0)).Select(_ => side.Integer("steps")).ToArray();
        exponents.Distinct().Count().ShouldBeGreaterThan(1);
        var rows = ReferenceQuantizedDecoder.Values(ReferenceDecoder.Bytes(chunk, ref position), k, m);
        position.ShouldBe(chunk.Length);
        for (var row = 0; row < k; row++)
        {
            for (var column = 0; column < m; column++)
            {
                var factor = Math.Pow(2, (exponents[row] + (hasGroups ? exponents[k + (column / (m / runs))] : 0)) / 3.0);
                var at = (chunk[1] & 1) != 0 ? (column * k) + row : (row * m) + column;
                ((double)BitConverter.ToSingle(decoded, 4 * at)).ShouldBe(rows[(row * m) + column] * factor, 1e-5);
            }
        }
    }

    [Fact]
    public void InputsThatAreAlwaysZeroOrAlwaysTheSameAreDampedRatherThanFailing()
    {
        var layout = new LinearLayout(8, 16, InputsLast: false, Groups: 1);
        var moments = new SecondMoments(8, 8);
        for (var i = 0; i < 20; i++)
            moments.Next().Clear();
        for (var i = 0; i < 20; i++)
            moments.Next()[..4].Fill(1);
        var factor = InputCovarianceFactor.Create([moments]).ShouldNotBeNull();
        factor.Damping.ShouldBeGreaterThan(0);
        factor.InputSteps.ShouldAllBe(step => Math.Abs(step) < 30);
        WeightEncoder.Encode(Payload(layout, 2), ElementType.Float, [8, 16], new(layout, factor), 0.01).Error.R2.ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void WithoutAnyInputThereIsNothingToCalibrateBy() => InputCovarianceFactor.Create([new SecondMoments(4, 4)]).ShouldBeNull();

    [Fact]
    public void InputsThatAreNoNumbersAreNothingToCalibrateBy()
    {
        var moments = new SecondMoments(4, 4);
        moments.Next().Fill(double.NaN);
        InputCovarianceFactor.Create([moments]).ShouldBeNull();
    }

    /// <summary>Runs of inputs: each as if the others were not there.</summary>
    [Fact]
    public void MomentsBetweenRunsAreLeftOut()
    {
        var (whole, cut) = (new SecondMoments(10, 10), new SecondMoments(10, 4));
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var x = Enumerable.Range(0, 10).Select(_ => random.NextDouble()).ToArray();
            x.CopyTo(whole.Next());
            x.CopyTo(cut.Next());
        }

        var expected = whole.TakeMatrices()[0];
        var runs = cut.TakeMatrices();
        runs.Select(run => run.Length).ShouldBe([16, 16, 4]);
        for (var run = 0; run < 3; run++)
        {
            var length = cut.LengthOf(run);
            for (var i = 0; i < length; i++)
            {
                for (var j = 0; j <= i; j++)
                    runs[run][(i * length) + j].ShouldBe(expected[(((4 * run) + i) * 10) + (4 * run) + j], 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 1)]
    public void DamagedChunksAreRefusedOrDecodeToWrongValues(bool inputsLast, int groups)
    {
        var (chunk, shape) = Chunk(inputsLast, groups);
        Damage.Everywhere(chunk, damaged => WeightDecoder.Decode(damaged, ElementType.Float, shape, new byte[4 * 64 * 128]));
    }

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 1)]
    public void TruncatedChunksAreRefused(bool inputsLast, int groups)
    {
        var (chunk, shape) = Chunk(inputsLast, groups);
        for (var length = 0; length < chunk.Length; length += 1 + (chunk.Length / 50))
            Should.Throw<InvalidDataException>(() =>
                WeightDecoder.Decode(chunk.AsMemory(0, length), ElementType.Float, shape, new byte[4 * 64 * 128]));
    }

    private static (byte[] Chunk, long[] Shape) Chunk(bool inputsLast, int groups)
    {
        var layout = new LinearLayout(64, 128, inputsLast, groups);
        long[] shape = inputsLast ? [128, 64] : [64, 128];
        return (WeightEncoder.Encode(Payload(layout, 1), ElementType.Float, shape,
            new(layout, InputCovarianceFactor.Create(Correlated(layout, 50).Moments)!), 0.3).Chunk, shape);
    }

    private static (double[][][] Inputs, SecondMoments[] Moments) Correlated(LinearLayout layout, int samples)
    {
        var random = new Random(3);
        var inputs = new double[layout.Groups][][];
        var moments = new SecondMoments[layout.Groups];
        for (var group = 0; group < layout.Groups; group++)
        {
            moments[group] = new(layout.Inputs, layout.Inputs);
            var basis = Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, layout.Inputs).Select(_ => random.NextDouble() - 0.5).ToArray())
                .ToArray();
            inputs[group] = new double[samples][];
            for (var s = 0; s < samples; s++)
            {
                var along = basis.Select(_ => random.NextDouble() - 0.5).ToArray();
                inputs[group][s] = [.. Enumerable.Range(0, layout.Inputs)
                    .Select(k => basis.Zip(along, (b, a) => a * b[k]).Sum() + (0.02 * random.NextDouble()))];
                inputs[group][s].CopyTo(moments[group].Next());
            }
        }

        return (inputs, moments);
    }

    private static CompressTasks.Spec.QuantizeSpec Quantize(double step) =>
        new CompressTasks.Spec.QuantizeSpec.ToStep(step, new("t"));

    private static byte[] Payload(LinearLayout layout, int seed)
    {
        var random = new Random(seed);
        return Build.Bytes(
            [.. Enumerable.Range(0, layout.Inputs * layout.Outputs)
                .Select(_ => (random.NextSingle() + random.NextSingle() + random.NextSingle()) - 1.5f)]);
    }

    private static double[] Values(byte[] payload) => Values(ElementType.Float, payload);

    private static double[] Values(ElementType type, byte[] payload)
    {
        var values = new double[payload.Length * 8 / type.BitsPerElement()];
        ElementConversion.ReadValues(type, payload, values);
        return values;
    }
}
