using System.Runtime.CompilerServices;
using CompressTasks.Calibration;
using CompressTasks.Coding.Quantization.Feedback;

namespace CompressTasks.Core.Tests.Calibration;

public sealed class CouplingFileTests
{
    /// <summary>As error feedback asks: for 32 rows of a run, those to stretches of earlier ones.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(70, 70, 1)]
    [InlineData(150, 100, 2)]
    [InlineData(96, 32, 3)]
    public void WhatIsReadIsWhatWasWritten(int rows, int runLength, int groups)
    {
        var random = new Random(rows);
        double[][][] matrices = [.. Enumerable.Range(0, groups).Select(_ => Enumerable.Range(0, (rows + runLength - 1) / runLength)
            .Select(run => Math.Min(runLength, rows - (run * runLength)))
            .Select(length => Enumerable.Range(0, length * length).Select(_ => random.NextDouble()).ToArray()).ToArray())];
        using var file = new CouplingFile();
        file.Add(3, 3, [[[.. Enumerable.Range(0, 9).Select(_ => 5.0)]]]);
        var open = file.Add(rows, runLength, matrices);
        var (one, other) = (open(), open());
        (one.Rows, one.RunLength, one.Groups).ShouldBe((rows, runLength, groups));
        for (var row = 0; row < rows; row++)
        {
            var start = row / runLength * runLength;
            for (var stretch = start; stretch < row; stretch += 50)
            {
                for (var group = 0; group < groups; group++)
                {
                    var length = Math.Min(runLength, rows - start);
                    var end = Math.Min(stretch + 50, row);
                    var first = Math.Min(stretch + 1, end - 1);
                    var expected = matrices[group][row / runLength].AsSpan(((row - start) * length) + first - start, end - first).ToArray();
                    one.Of(group, row, first, end).ToArray().ShouldBe(expected);
                    other.Of(group, row, first, end).ToArray().ShouldBe(expected);
                }
            }
        }
    }

    /// <summary>What waits in a file until it is needed must not be in memory as well.</summary>
    [Fact]
    public void MatricesGoWhenTheyAreWritten()
    {
        using var file = new CouplingFile();
        var (open, matrices) = Written();
        GC.Collect();
        matrices.IsAlive.ShouldBeFalse();
        open().Of(0, 2, 0, 1)[0].ShouldBe(7);

        [MethodImpl(MethodImplOptions.NoInlining)]
        (Func<RowCouplings> Open, WeakReference Matrices) Written()
        {
            double[] matrix = [1, 0, 0, 2, 1, 0, 7, 3, 1];
            return (file.Add(3, 3, [[matrix]]), new(matrix));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PackedMomentsAreTheirTrianglesAlone(bool inFile)
    {
        using var file = new CouplingFile();
        var (packed, moments) = Packed();
        GC.Collect();
        moments.IsAlive.ShouldBeFalse();
        // x xᵀ of (2, 3), up to the diagonal.
        packed.Unpack().Finish()[0].ShouldBe([4, 6, 9]);

        [MethodImpl(MethodImplOptions.NoInlining)]
        (PackedMoments Packed, WeakReference Moments) Packed()
        {
            var moments = Moments();
            return (new(moments, inFile ? file : null), new(moments));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FactorsOfOutputsKeepNoMoments(bool inFile)
    {
        using var file = new CouplingFile();
        var (factor, moments) = Factorized();
        GC.Collect();
        moments.IsAlive.ShouldBeFalse();
        factor.Steps.Count.ShouldBe(2);
        factor.Couplings.ShouldNotBeNull();

        [MethodImpl(MethodImplOptions.NoInlining)]
        (OutputGradientFactor Factor, WeakReference Moments) Factorized()
        {
            var moments = Moments();
            return (OutputGradientFactor.Create(moments, damping: 0.1, inFile ? file : null)!, new(moments));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FactorsOfInputsKeepNoMoments(bool inFile)
    {
        using var file = new CouplingFile();
        var (factor, moments, triangle) = Factorized();
        GC.Collect();
        (moments.IsAlive, triangle.IsAlive).ShouldBe((false, false));
        factor.InputSteps.Count.ShouldBe(2);
        factor.Couplings.Rows.ShouldBe(2);

        [MethodImpl(MethodImplOptions.NoInlining)]
        (InputCovarianceFactor Factor, WeakReference Moments, WeakReference Triangle) Factorized()
        {
            var moments = Moments();
            var triangle = new WeakReference(moments.Finish()[0]);
            return (InputCovarianceFactor.Create([moments], file: inFile ? file : null)!, new(moments), triangle);
        }
    }

    /// <summary>Squares of single precision end at 2¹²⁸ and 2⁻¹⁴⁹; moments do not.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void PackedMomentsOfAnyMagnitudeAreKept(int exponent)
    {
        var moments = new SecondMoments(2, 2);
        ((double[])[Math.ScaleB(2, exponent), Math.ScaleB(3, exponent)]).CopyTo(moments.Next());
        new PackedMoments(moments).Unpack().Finish()[0].ShouldBe([.. new double[] { 4, 6, 9 }.Select(value => Math.ScaleB(value, 2 * exponent))]);
    }

    private static SecondMoments Moments()
    {
        var moments = new SecondMoments(2, 2);
        ((double[])[2, 3]).CopyTo(moments.Next());
        return moments;
    }
}
