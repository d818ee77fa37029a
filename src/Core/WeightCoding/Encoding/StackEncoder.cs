using CompressTasks.Numerics;
using CompressTasks.Reporting;
using CompressTasks.Spec;
using CompressTasks.Stages;
using CompressTasks.Stages.Recursive;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>Runs the transforming stages of a stack on one weight, and measures every level on the way.</summary>
internal sealed class StackEncoder
{
    private readonly Matrix _weights;
    private readonly List<Level> _levels = [];
    private readonly List<LevelSummary> _summaries;

    private StackEncoder(Matrix weights)
    {
        _weights = weights;
        Sensitivity = Enumerable.Repeat(1.0, weights.Columns).ToArray();
        _summaries = [LevelSummaries.Weights(weights.Values.LongLength)];
    }

    /// <summary>The levels that are needed to decode, first stage first.</summary>
    public IReadOnlyList<Level> Levels => _levels;

    /// <summary>L0 and all levels, those included that a recursion tried and dropped.</summary>
    public IReadOnlyList<LevelSummary> Summaries => _summaries;

    public static StackEncoder Encode(Matrix weights, IEnumerable<StageSpec> stages, int threads, CancellationToken cancellationToken)
    {
        var encoder = new StackEncoder(weights);
        foreach (var stage in stages)
            encoder.Add(stage, threads, cancellationToken);
        return encoder;
    }

    /// <summary>Where a recursion ended; null without one.</summary>
    public TowerSummary? Tower { get; private set; }

    /// <summary>What the last level leaves to be stored.</summary>
    public Matrix Parameters => _levels.Count == 0 ? _weights : _levels[^1].Parameters;

    /// <summary>Per column of <see cref="Parameters"/>, how strongly the weights notice an error in it.</summary>
    public IReadOnlyList<double> Sensitivity { get; private set; }

    public long Elements => _weights.Values.LongLength;

    /// <summary>What a decoder makes of the last level's parameters, or of what is stored in their place.</summary>
    public Matrix Decode(Matrix parameters) => Enumerable.Reverse(_levels).Aggregate(parameters, (matrix, level) => level.Decoder.Decode(matrix));

    /// <summary>The sum of squared errors of the weights that these parameters decode to.</summary>
    public double ErrorOf(Matrix parameters) => SquaredError.Between(_weights.Values, Decode(parameters).Values).Residual;

    /// <summary>Notes that the last level's parameters are stored with a loss.</summary>
    public void Store(Matrix stored)
    {
        if (ReferenceEquals(stored, Parameters))
            return;
        var last = _summaries.Last(s => s.Kept);
        var error = SquaredError.Between(_weights.Values, Decode(stored).Values);
        _summaries.Add(LevelSummaries.Stored(last, SquaredError.Between(Parameters.Values, stored.Values).R2, error.R2));
    }

    private void Add(StageSpec spec, int threads, CancellationToken cancellationToken)
    {
        var stage = StageFactory.Create(spec, threads);
        if (stage is not RecursiveStage recursive)
        {
            foreach (var level in stage.Encode(Parameters, Sensitivity, cancellationToken))
                Add(level);
            return;
        }

        var tower = recursive.Run(Parameters, Sensitivity, cancellationToken);
        foreach (var step in tower.Steps)
        {
            if (step.IsKept)
                Add(step.Level);
            else
                _summaries.Add(Summarize([.. _levels, step.Level]) with { Kept = false });
        }

        Tower = TowerSummaries.Of(tower);
    }

    private void Add(Level level)
    {
        _levels.Add(level);
        Sensitivity = level.Sensitivity;
        _summaries.Add(Summarize(_levels));
    }

    private LevelSummary Summarize(IReadOnlyList<Level> levels)
    {
        var level = levels[^1];
        var previous = levels.Count == 1 ? _weights : levels[^2].Parameters;
        var decoded = level.Decoder.Decode(level.Parameters);
        var r2ToPrevious = SquaredError.Between(previous.Values, decoded.Values).R2;
        for (var i = levels.Count - 2; i >= 0; i--)
            decoded = levels[i].Decoder.Decode(decoded);
        return LevelSummaries.Stage(
            level,
            Level.CumulativeParameterCount(levels),
            _summaries.Last(s => s.Kept).Parameters,
            _weights.Values.LongLength,
            r2ToPrevious,
            SquaredError.Between(_weights.Values, decoded.Values).R2);
    }
}
