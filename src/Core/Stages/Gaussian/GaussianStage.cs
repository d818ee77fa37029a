using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// L1 of the papers (P58 §2.1): w[j] ≈ Σₖ Aₖ·exp(−(j−μₖ)²/(2σₖ²)), j counted from the start of a block. The parameter matrix has a row per block,
/// block after block of each row, and the columns A₁ μ₁ σ₁ A₂ μ₂ σ₂ …, ordered by μ; or the amplitudes only (P67). The parameters are the same for
/// any number of threads.
/// </summary>
internal sealed class GaussianStage : IStage
{
    private readonly GaussianOptions _options;
    private readonly int _threads;
    private readonly bool _refine;

    /// <param name="options">Components and blocks.</param>
    /// <param name="threads">Blocks of one matrix that are fitted at the same time.</param>
    /// <param name="refine">False stops after the pursuit, for comparison.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public GaussianStage(GaussianOptions options, int threads = 1, bool refine = true)
    {
        options.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _options = options;
        _threads = threads;
        _refine = refine;
    }

    public IReadOnlyList<Level> Encode(Matrix input, IReadOnlyList<double> sensitivity, CancellationToken cancellationToken)
    {
        var grid = new BlockGrid(input.Rows, input.Columns, _options.Block);
        var parameters = new Matrix(checked((int)grid.Count), _options.ParametersPerBlock);
        var squares = new Matrix(parameters.Rows, parameters.Columns);
        var columns = sensitivity as double[] ?? [.. sensitivity];
        Parallel.For(
            0,
            parameters.Rows,
            new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellationToken },
            () => new Fitters(_options, _refine),
            (block, _, fitters) =>
            {
                var fitted = parameters.Row(block);
                var weights = columns.AsSpan(grid.Start(block), grid.Length(block));
                fitters.Fit(grid.Of(input, block), fitted);
                if (_options.AmplitudeOnly)
                    BlockSensitivity.OfAmplitudes(_options.Components, weights, squares.Row(block));
                else
                    BlockSensitivity.OfGaussians(fitted, weights, squares.Row(block));
                return fitters;
            },
            _ => { });
        return [new Level(parameters, new GaussianDecoder(input.Rows, input.Columns, _options), RootMeans(squares))];
    }

    /// <summary>√(mean over the rows) of every column; zero where there are no rows.</summary>
    private static double[] RootMeans(Matrix squares)
    {
        var sums = new double[squares.Columns];
        for (var row = 0; row < squares.Rows; row++)
        {
            var values = squares.Row(row);
            for (var column = 0; column < sums.Length; column++)
                sums[column] += values[column];
        }

        for (var column = 0; column < sums.Length; column++)
            sums[column] = squares.Rows == 0 ? 0 : Math.Sqrt(sums[column] / squares.Rows);
        return sums;
    }

    /// <summary>The workspaces of one thread: one per block length, of which a matrix has two at most.</summary>
    private sealed class Fitters(GaussianOptions options, bool refine)
    {
        private readonly Dictionary<int, BlockFitter> _gaussians = [];
        private readonly Dictionary<int, AmplitudeFit> _amplitudes = [];

        public void Fit(ReadOnlySpan<double> block, Span<double> parameters)
        {
            if (options.AmplitudeOnly)
                Of(_amplitudes, block.Length, length => new AmplitudeFit(options.Components, length)).Fit(block, parameters);
            else
                Of(_gaussians, block.Length, length => new BlockFitter(options.Components, length, refine)).Fit(block, parameters);
        }

        private static T Of<T>(Dictionary<int, T> fitters, int length, Func<int, T> create)
        {
            if (!fitters.TryGetValue(length, out var fitter))
                fitters.Add(length, fitter = create(length));
            return fitter;
        }
    }
}
