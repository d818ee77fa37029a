using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.WeightCoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Chunks of every kind, stage, coder and type, of small weights.</summary>
internal static class SeedChunks
{
    private static readonly ElementType[] _lossy = [ElementType.Float, ElementType.Float16, ElementType.BFloat16, ElementType.Double];

    private static readonly long[][] _shapes = [[16, 24], [4, 3, 3, 3], [40], []];

    public static IReadOnlyList<(ElementType Type, IReadOnlyList<long> Shape, byte[] Chunk)> All =>
    [
        .. SampleStacks.Names.SelectMany(name => _shapes.Select((shape, i) => Coded(name, _lossy[i % _lossy.Length], shape))),
        .. _lossy.Select(type => Coded("quantized", type, [16, 24])),
        .. new[] { ElementType.Float, ElementType.Float16, ElementType.Double, ElementType.Int64, ElementType.Int8, ElementType.Int4 }
            .SelectMany(type => Enumerable.Range(0, 4).Select(kind => Kept(type, kind))),
        Coded("step", ElementType.Float, [90, 100]),
        Calibrated(inputsLast: true, groups: 1),
        Calibrated(inputsLast: false, groups: 1),
        Calibrated(inputsLast: true, groups: 4),
    ];

    private static (ElementType Type, IReadOnlyList<long> Shape, byte[] Chunk) Coded(string stack, ElementType type, long[] shape)
    {
        var payload = Payload(type, shape, kind: 0);
        return (type, shape, WeightEncoder.Encode(payload, type, shape, SampleStacks.Named(stack), threads: 1, CancellationToken.None).Chunk);
    }

    private static (ElementType Type, IReadOnlyList<long> Shape, byte[] Chunk) Kept(ElementType type, int kind)
    {
        long[] shape = [12, 20];
        return (type, shape, WeightEncoder.Keep(Payload(type, shape, kind), type, shape, "").Chunk);
    }

    private static (ElementType Type, IReadOnlyList<long> Shape, byte[] Chunk) Calibrated(bool inputsLast, int groups)
    {
        var layout = new LinearLayout(12, 16, inputsLast, groups);
        var random = new Engine.FuzzRandom(11);
        var moments = Enumerable.Range(0, groups).Select(_ => new SecondMoments(layout.Inputs, layout.Inputs)).ToList();
        for (var sample = 0; sample < 40 * groups; sample++)
        {
            foreach (ref var input in moments[sample % groups].Next())
                input = Uniform(random);
        }

        long[] shape = inputsLast ? [16, 12] : [12, 16];
        var weight = new CalibratedWeight(layout, InputCovarianceFactor.Create(moments)!);
        return (ElementType.Float, shape,
            WeightEncoder.Encode(Payload(ElementType.Float, shape, kind: 0), ElementType.Float, shape, weight, step: 0.2).Chunk);
    }

    /// <summary>Noise; a ramp; the same row again and again; a few values.</summary>
    private static byte[] Payload(ElementType type, long[] shape, int kind)
    {
        var random = new Engine.FuzzRandom((ulong)kind + 5);
        var count = (int)shape.Aggregate(1L, (product, length) => product * length);
        var row = Math.Max(1, count / (int)(shape.Length > 0 ? shape[0] : 1));
        double[] noise = [.. Enumerable.Range(0, count).Select(_ => Uniform(random))];
        double[] values = [.. noise.Select((value, i) => kind switch { 0 => value, 1 => i * 0.01, 2 => noise[i % row], _ => i % 5 })];
        var bits = type.BitsPerElement();
        var payload = new byte[((count * bits) + 7) / 8];
        if (type.IsFloatingPoint())
        {
            ElementConversion.WriteValues(type, values, payload);
            return payload;
        }

        for (var i = 0; i < payload.Length; i++)
            payload[i] = (byte)(values[i * 8 / bits % count] * 100);
        return payload;
    }

    private static double Uniform(Engine.FuzzRandom random) => (random.Below(2_000_001) - 1_000_000) / 1e6;
}
