using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Outputs;

/// <summary>Figures on labels, worked out by hand.</summary>
public sealed class LabelStatisticsTests
{
    [Fact]
    public void ClassesHaveAccuracyAndTheCrossEntropyOfTheSoftmax()
    {
        // Softmax of (0, ln 3) is (1/4, 3/4), of (0, 0) (1/2, 1/2): losses ln 4/3, ln 4 and ln 2.
        var third = Math.Log(3);
        var summary = Of(logits: true, [4, 2], [0, third, 0, third, 0, 0, 9, 9], ElementType.Int64, [1, 0, 0, -1]);
        summary.Count.ShouldBe(3);
        summary.Accuracy.ShouldBe(2.0 / 3);
        summary.Loss!.Value.ShouldBe((Math.Log(4.0 / 3) + Math.Log(4) + Math.Log(2)) / 3, 1e-6);
        summary.Rmse.ShouldBeNull();
    }

    [Fact]
    public void DistributionsHaveACrossEntropyAsTheyAre()
    {
        Of(logits: false, [2, 2], [0.25, 0.75, 0.5, 0.5], ElementType.Int32, [1, 1]).Loss!.Value.ShouldBe((Math.Log(4.0 / 3) + Math.Log(2)) / 2, 1e-6);
        Of(logits: false, [2, 2], [0.25, 0.75, 1, 0.5], ElementType.Int32, [1, 1]).Loss.ShouldBeNull();
    }

    [Fact]
    public void DecisionsAreOnTheirSideOfAHalf()
    {
        var summary = Of(logits: false, [4, 1], [0.75, 0.25, 0.75, 0.5], ElementType.Bool, [1, 0, 0, 0]);
        summary.Accuracy.ShouldBe(0.75);
        summary.Loss!.Value.ShouldBe(-(Math.Log(0.75) + Math.Log(0.75) + Math.Log(0.25) + Math.Log(0.5)) / 4, 1e-6);
        summary.Rmse!.Value.ShouldBe(Math.Sqrt((0.0625 + 0.0625 + 0.5625 + 0.25) / 4), 1e-6);
        Of(logits: true, [2], [1, -1], ElementType.UInt8, [1, 1]).Accuracy.ShouldBe(0.5);
    }

    [Fact]
    public void OtherNumbersHaveARootMeanSquaredError()
    {
        var summary = Of(logits: false, [2, 2], [1, 2, 3, 4], ElementType.Float, [1, 4, 3, 2]);
        (summary.Accuracy, summary.Loss, summary.Count).ShouldBe((null, null, 4));
        summary.Rmse!.Value.ShouldBe(Math.Sqrt(2));
        Of(logits: false, [2], [1, 2], ElementType.Int64, [7, 2]).Accuracy.ShouldBeNull();
    }

    [Fact]
    public void AnOutputThatHasDecidedIsRightWhereItIsEqual()
    {
        var statistics = new LabelStatistics(new("targets", null, SampleErrors.At), "y", logits: false);
        statistics.Add(Tensor(ElementType.Int64, [4], [7, 2, 300, 4]), Tensor(ElementType.Int16, [4], [7, 3, 300, -1]));
        statistics.Summary.ShouldBe(new(3, 2.0 / 3, null, null));
    }

    [Fact]
    public void WhatIsNoNumberIsWrongAndMakesTheLossUnknown()
    {
        var summary = Of(logits: true, [2, 2], [double.NaN, 1, 0, 1], ElementType.Int64, [0, 1]);
        summary.Accuracy.ShouldBe(0.5);
        summary.Loss.ShouldBe(double.NaN);
        Of(logits: false, [1], [double.NaN], ElementType.Bool, [1]).Accuracy.ShouldBe(0);
    }

    [Fact]
    public void LabelsThatDoNotFitAreRefused()
    {
        SampleErrors.Message("CT1518", () => Of(logits: true, [2, 2], [0, 1, 0, 1], ElementType.Int64, [0, 1, 1])).ShouldContain("of a run have the shape [3], and the output \"y\" is [2, 2]");
        SampleErrors.Message("CT1518", () => Of(logits: true, [1, 2], [0, 1], ElementType.Int64, [2])).ShouldContain("is 2, the output has 2 classes");
    }

    [Fact]
    public void ClassesThatAreNoWholeNumbersAreOfTheWrongType() =>
        SampleErrors.Message("CT1518", () => Of(logits: true, [2, 2], [0, 1, 0, 1], ElementType.Float, [0, 1])).ShouldBe(
            "the labels \"targets\" are of float32, one for every row of the output \"y\" of [2, 2]; classes are whole numbers: save them as int64, or give one "
                + "number for every value");

    private static LabelSummary Of(bool logits, long[] shape, double[] values, ElementType type, double[] labels)
    {
        var statistics = new LabelStatistics(new("targets", null, SampleErrors.At), "y", logits);
        statistics.Add(Tensor(ElementType.Double, shape, values), Tensor(type, [labels.Length], labels));
        return statistics.Summary;
    }

    private static TensorValue Tensor(ElementType type, long[] shape, double[] values)
    {
        var width = type.BitsPerElement() / 8;
        var bytes = new byte[width * values.Length];
        if (type.IsFloatingPoint())
            ElementConversion.WriteValues(type, values, bytes);
        for (var i = 0; i < values.Length && !type.IsFloatingPoint(); i++)
            WholeNumbers.Write((long)values[i], bytes.AsSpan(i * width, width));
        return new("y", type, shape, bytes);
    }
}
