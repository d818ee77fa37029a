using CompressTasks.Coding.Quantization;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Coding.Quantization.Trellis;

public sealed class LambdaSearchTests
{
    /// <summary>
    /// Between λ = 0 and another one, the mean of logarithms is 0 again: there is nothing to halve, and each of 14 passes would be the same one.
    /// </summary>
    [Fact]
    public void NoPassIsRepeatedOverAndOverWhereABitIsWorthNothing()
    {
        // Float16 lies half a unit apart here, so that errors jump and no step comes close to the target.
        double[] values = [1001, 1002, 1003, 1004, 1005];
        var passes = new List<double[]>();

        var result = Quantizer.EncodeInPlace([.. values], Measure, [values.Length], QuantizeTarget.R2(0.97), NumericFormat.Float16, lambda: 0);

        result.IsMet.ShouldBeTrue();
        passes.Count.ShouldBeGreaterThan(100, "other λ were tried");
        LongestRun(passes).ShouldBeLessThan(14);

        double Measure(ReadOnlySpan<double> reconstruction)
        {
            passes.Add(reconstruction.ToArray());
            return SquaredError.ResidualOf(values, reconstruction);
        }
    }

    private static int LongestRun(List<double[]> passes)
    {
        var (run, longest) = (1, 1);
        for (var i = 1; i < passes.Count; i++)
        {
            run = passes[i].SequenceEqual(passes[i - 1]) ? run + 1 : 1;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
