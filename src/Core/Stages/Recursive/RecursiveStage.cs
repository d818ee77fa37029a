using CompressTasks.Numerics;

namespace CompressTasks.Stages.Recursive;

/// <summary>Repeats a stage on its own parameters until a fixed point (P67): a level that gains nothing.</summary>
internal sealed class RecursiveStage : IStage
{
    private readonly IStage _inner;
    private readonly int _maxLevels;
    private readonly double _minGain;

    /// <param name="inner">A stage that gives one level, such as PCA by variance.</param>
    /// <param name="maxLevels">Most levels that are tried, 1 and up.</param>
    /// <param name="minGain">Share of the cumulative parameters that a level must save to be kept, in [0, 1).</param>
    /// <exception cref="ArgumentException"><paramref name="inner"/> is recursive itself, or a number is out of range.</exception>
    public RecursiveStage(IStage inner, int maxLevels = 6, double minGain = 0.05)
    {
        if (inner is RecursiveStage)
            throw new ArgumentException("A recursion of a recursion is that recursion.", nameof(inner));
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLevels, 1);
        if (!(minGain is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(minGain), minGain, "A share in [0, 1) is expected.");
        (_inner, _maxLevels, _minGain) = (inner, maxLevels, minGain);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Level> Encode(Matrix input, IReadOnlyList<double> sensitivity, CancellationToken cancellationToken) =>
        Run(input, sensitivity, cancellationToken).Levels;

    /// <summary>As <see cref="Encode"/>, with everything that was tried on the way.</summary>
    public RecursiveResult Run(Matrix input, IReadOnlyList<double> sensitivity, CancellationToken cancellationToken)
    {
        var original = input.Values.LongLength;
        var (before, stored) = (original, original);
        var steps = new List<RecursionStep>();
        var levels = new List<Level>();
        while (levels.Count < _maxLevels)
        {
            var level = _inner.Encode(input, sensitivity, cancellationToken).Single();
            levels.Add(level);
            var cumulative = Level.CumulativeParameterCount(levels);
            var gains = cumulative < before && cumulative <= (1 - _minGain) * before;
            steps.Add(new(level, cumulative, Ratio(before, cumulative), Ratio(original, cumulative), gains));
            var matrix = level.Decoder.CountParameters(level.Parameters);
            if (!gains)
                return new(steps, new(levels.Count - 1, matrix >= stored ? RecursionEnd.AllComponentsNeeded : RecursionEnd.GainTooSmall));
            (input, sensitivity, before, stored) = (level.Parameters, level.Sensitivity, cumulative, matrix);
        }

        return new(steps, new(levels.Count, RecursionEnd.LevelLimit));
    }

    /// <summary>Defined for empty matrices: nothing is as large as nothing.</summary>
    private static double Ratio(long before, long after) => before == after ? 1 : (double)before / after;
}
