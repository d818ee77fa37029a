using CompressTasks.Calibration;

namespace CompressTasks.Core.Tests.Calibration;

public sealed class CouplingFileTests
{
    /// <summary>As error feedback asks: for all later rows of a run, those to up to 32 earlier ones.</summary>
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
            for (var panel = start; panel < row; panel += 32)
            {
                for (var group = 0; group < groups; group++)
                {
                    var length = Math.Min(runLength, rows - start);
                    var end = Math.Min(panel + 32, row);
                    var first = Math.Min(panel + 1, end - 1);
                    var expected = matrices[group][row / runLength].AsSpan(((row - start) * length) + first - start, end - first).ToArray();
                    one.Of(group, row, first, end).ToArray().ShouldBe(expected);
                    other.Of(group, row, first, end).ToArray().ShouldBe(expected);
                }
            }
        }
    }
}
