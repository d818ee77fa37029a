using System.Globalization;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.WeightCoding;
using CompressTasks.WeightCoding.Decoding;
using CompressTasks.WeightCoding.Encoding;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Whatever stack a spec may write, a weight of any shape comes back: as the report says, or exactly.</summary>
[Trait("Speed", "Slow")]
public class RandomStackTests
{
    private static readonly ElementType[] _types = [ElementType.Float, ElementType.Float16, ElementType.BFloat16, ElementType.Double];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void EveryWeightComesBackAsReportedOrExactly(int seed)
    {
        var random = new Random(seed);
        var coded = 0;
        for (var i = 0; i < 60; i++)
        {
            var yaml = $"models: [ m ]\nstacks: {{ s: [ {Stack(random)} ] }}";
            StackSpec stack;
            try
            {
                stack = CompressionSpec.Parse(yaml, "compress.yml").Stacks[0];
            }
            catch (CompressTasks.Diagnostics.CompressException error) when (error.Diagnostics[0]
                .Message.Contains("components of the", StringComparison.Ordinal))
            {
                continue; // More components than columns are refused where the spec can know it.
            }

            long[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(1, random.Next(2) == 0 ? 4 : 30))];
            var type = _types[random.Next(4)];
            var what = $"{yaml} {type} [{string.Join(',', shape)}] seed {seed} round {i}";
            var original = Values(random, (int)shape.Aggregate(1L, (product, dim) => product * dim));
            var payload = new byte[original.Length * type.BitsPerElement() / 8];
            ElementConversion.WriteValues(type, original, payload);
            ElementConversion.ReadValues(type, payload, original);

            var decoded = new byte[payload.Length];
            var encoded = Should.NotThrow(
                () =>
                {
                    var result = WeightEncoder.Encode(payload, type, shape, stack, threads: 1, CancellationToken.None);
                    WeightDecoder.Decode(result.Chunk, type, shape, decoded);
                    return result;
                },
                what);

            coded += encoded.KeptBecause is null ? 1 : 0;
            if (encoded.KeptBecause is not null)
                decoded.ShouldBe(payload, what);
            else if (type == ElementType.Double && original.Distinct().Count() > 1)
                RequireReported(encoded, original, decoded, what);
        }

        coded.ShouldBeGreaterThan(30);
    }

    private static void RequireReported(EncodedWeight encoded, double[] original, byte[] decoded, string what)
    {
        var values = new double[original.Length];
        ElementConversion.ReadValues(ElementType.Double, decoded, values);
        var r2 = PlainR2.Of(original, values);
        encoded.Levels.Last(level => level.Kept).R2ToWeights.ShouldBe(r2, 1e-9 * Math.Max(1, Math.Abs(r2)), what);
    }

    private static double[] Values(Random random, int count)
    {
        var scale = Math.Pow(10, random.Next(-4, 4));
        var kind = random.Next(4);
        return [.. Enumerable.Range(0, count).Select(i => scale * kind switch
        {
            0 => random.NextDouble() - 0.5,
            1 => random.Next(3) - 1,
            2 => Math.Sin(i / 3.0) + 2,
            _ => random.Next(20) == 0 ? random.NextDouble() * 100 : 0,
        })];
    }

    private static string Stack(Random random)
    {
        if (random.Next(8) == 0)
            return Number($"quantize: {{ {random.Next(3) switch { 0 => "r2: 0.", 1 => "bits: ", _ => "step: 0." }}{random.Next(1, 9)} }}");
        var stages = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => random.Next(5) == 0 ? $"recursive: {{ {Stage(random)}, maxLevels: {random.Next(1, 5)} }}" : Stage(random)).ToList();
        if (random.Next(3) == 0)
            stages.Add(Number($"residual: {{ r2: 0.{random.Next(1, 100)} }}"));
        return string.Join(", ", stages);
    }

    private static string Stage(Random random) => random.Next(4) switch
    {
        0 => Number(
            $"gaussian: {{ components: {random.Next(1, random.Next(4) == 0 ? 64 : 6)}, block: {random.Next(8, 64)}, free: {(random.Next(3) == 0 ? "amplitude" : "all")} }}"),
        1 => Number(
            $"pca: {{ {random.Next(3) switch { 0 => $"components: {random.Next(1, 20)}", 1 => $"keep: 0.{random.Next(1, 99)}", _ => $"variance: 0.{random.Next(1, 99)}" }}, weighting: {(random.Next(2) == 0 ? "none" : "jacobian")} }}"),
        2 => Number($"haar: {{ keep: 0.{random.Next(1, 99)}, axis: {(random.Next(2) == 0 ? "rows" : "columns")} }}"),
        _ => Number($"dct: {{ keep: 0.{random.Next(1, 99)}, axis: {(random.Next(2) == 0 ? "rows" : "columns")} }}"),
    };

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
