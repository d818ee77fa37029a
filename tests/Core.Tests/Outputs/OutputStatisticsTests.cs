using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Outputs;

public sealed class OutputStatisticsTests
{
    [Fact]
    public void FloatingPointOutputsHaveEveryFigureButEquality()
    {
        var summary = Compare(Floats([2, 2], 1, 0, 0.25f, 0.75f), Floats([2, 2], 1, 0, 0.5f, 0.5f));
        // Mean 0.5, Σ(x − ½)² = 0.625, Σ(y − x)² = 0.125, Σx² = 1.625, Σy² = 1.5, Σxy = 1.5.
        summary.R2.ShouldBe(0.8);
        summary.Snr!.Value.ShouldBe(10 * Math.Log10(13), 1e-12);
        summary.Cosine!.Value.ShouldBe(1.5 / Math.Sqrt(1.625 * 1.5), 1e-15);
        summary.MaxAbsError.ShouldBe(0.25);
        summary.Top1.ShouldBe(0.5);
        summary.Kl!.Value.ShouldBe(((0.25 * Math.Log(0.5)) + (0.75 * Math.Log(1.5))) / 2, 1e-15);
        (summary.Name, summary.Dtype, summary.Values, summary.Equal, summary.Incomparable).ShouldBe(("y", "float32", 4, null, 0));
    }

    [Fact]
    public void HalfPrecisionIsReadAsItIs()
    {
        // 1.0 and −2.0 in IEEE half precision.
        TensorValue half = new("y", ElementType.Float16, [2], [0x00, 0x3C, 0x00, 0xC0]);
        var summary = Compare(half, half with { Bytes = [0x00, 0x3C, 0x00, 0xBC] });
        (summary.MaxAbsError, summary.Dtype).ShouldBe((1, "float16"));
    }

    [Theory]
    [InlineData("Bool", new byte[] { 1, 0, 1, 1 }, new byte[] { 1, 1, 1, 1 }, 0.75)]
    [InlineData("Int16", new byte[] { 1, 0, 1, 1 }, new byte[] { 1, 0, 1, 0 }, 0.5)]
    public void WholeNumbersHaveEqualityOnly(string type, byte[] original, byte[] decoded, double equal)
    {
        var element = Enum.Parse<ElementType>(type);
        var length = 4 * 8 / element.BitsPerElement();
        var summary = Compare(new("y", element, [length], original), new("y", element, [length], decoded));
        summary.Equal.ShouldBe(equal);
        (summary.R2, summary.Cosine, summary.Top1, summary.Kl, summary.MaxAbsError, summary.Values).ShouldBe((null, null, null, null, null, length));
    }

    [Fact]
    public void AScalarHasNoRows() => Compare(Floats([], 3), Floats([], 3)).Top1.ShouldBeNull();

    [Fact]
    public void OfAnEmptyOutputNothingIsKnown()
    {
        var summary = Compare(Floats([0, 5]), Floats([0, 5]));
        (summary.R2, summary.Cosine, summary.Top1, summary.Values, summary.Incomparable).ShouldBe((null, null, null, 0, 0));
    }

    [Fact]
    public void AnotherShapeCannotBeCompared()
    {
        var summary = Compare(Floats([2], 1, 2), Floats([1, 2], 1, 2));
        (summary.Incomparable, summary.Values).ShouldBe((2, 2));
        double.IsNaN(summary.R2!.Value).ShouldBeTrue();
        Compare(Floats([0]), Floats([1], 1)).Incomparable.ShouldBe(1);
        Compare(new("y", ElementType.Bool, [1], [1]), new("y", ElementType.Bool, [2], [1, 1])).Equal.ShouldBe(0);
    }

    [Fact]
    public void PooledFiguresAreOfAllOutputs()
    {
        var outputs = new[] { new OutputStatistics("a", logits: false), new OutputStatistics("b", logits: false),
            new OutputStatistics("c", logits: false) };
        outputs[0].Add(Floats([2], 1, 3), Floats([2], 1, 2));
        outputs[1].Add(Floats([2], 100, 104), Floats([2], 101, 104));
        outputs[2].Add(new("c", ElementType.Bool, [1], [1]), new("c", ElementType.Bool, [1], [1]));
        var pooled = OutputStatistics.Pooled(outputs).Summary;
        pooled.R2!.Value.ShouldBe(1 - (2.0 / (2 + 8)), 1e-15);
        (pooled.Name, pooled.Dtype, pooled.Values, pooled.MaxAbsError, pooled.Top1, pooled.Equal).ShouldBe(("pooled", "", 5, 1, 1, 1));
    }

    private static OutputSummary Compare(TensorValue original, TensorValue decoded)
    {
        var statistics = new OutputStatistics("y", logits: false);
        statistics.Add(original, decoded);
        return statistics.Summary;
    }

    private static TensorValue Floats(long[] shape, params float[] values) => new("y", ElementType.Float, shape, Build.Bytes(values));
}
