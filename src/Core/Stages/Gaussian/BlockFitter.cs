namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// Fits one block: pursuit of a few Gaussians too many, variable projection, removal of the weakest; then exchanges, in which Gaussians found in the
/// residual are added and refined and as many of the weakest removed, as long as that pays (cf. alternating descent conditional gradient: Boyd,
/// Schiebinger, Recht 2017). One instance per thread.
/// </summary>
internal sealed class BlockFitter
{
    // Chosen on trained weights for R² per time: a surplus of 3, more exchanges or twice the iterations gain less than 0.0003.
    private const int Surplus = 2;
    private const int Exchanges = 4;
    private const int FirstIterations = 8;
    private const int Iterations = 4;

    /// <summary>Of a block of unit norm: what gains less is not continued.</summary>
    private const double LeastGain = 1e-5;

    private readonly int _components;
    private readonly bool _refine;
    private readonly GaussianDictionary _dictionary;
    private readonly MatchingPursuit _pursuit;
    private readonly VariableProjection _projection;
    private readonly double[] _signal;
    private readonly double[] _residual;
    private readonly float[] _correlated;
    private readonly int[] _chosen;
    private readonly double[] _mu;
    private readonly double[] _sigma;
    private StoredFit _best;
    private StoredFit _candidate;

    /// <param name="components">Gaussians per block.</param>
    /// <param name="length">Samples per block, at least 1.</param>
    /// <param name="refine">False leaves the pursuit as it is, for comparison.</param>
    public BlockFitter(int components, int length, bool refine)
    {
        _components = components;
        _refine = refine;
        _dictionary = GaussianDictionary.For(length);
        var capacity = components + Surplus;
        _pursuit = new MatchingPursuit(_dictionary, capacity);
        _projection = new VariableProjection(capacity, length);
        _signal = new double[_dictionary.PaddedLength];
        _residual = new double[_dictionary.PaddedLength];
        _correlated = new float[_dictionary.PaddedLength];
        _chosen = new int[capacity];
        _mu = new double[capacity];
        _sigma = new double[capacity];
        _best = new StoredFit(components, length);
        _candidate = new StoredFit(components, length);
    }

    /// <summary>
    /// (A, μ, σ) of every component, ordered by μ; every value is a float32. Σ (block − fit)² ≤ Σ block², and not above that of the pursuit.
    /// </summary>
    public void Fit(ReadOnlySpan<double> block, Span<double> parameters)
    {
        var scale = Normalize(block);
        Pursue();
        _best.Solve(_signal, scale, _projection.Model);
        if (_refine && _best.SquaredError > LeastGain)
        {
            Refine();
            _candidate.Solve(_signal, scale, _projection.Model);
            if (_candidate.SquaredError < _best.SquaredError)
                (_best, _candidate) = (_candidate, _best);
        }

        _best.Parameters.CopyTo(parameters);
    }

    /// <summary>
    /// Divides the block by its norm, which is 1 for a block of zeros; by its largest magnitude first, so that no square overflows or vanishes.
    /// </summary>
    private double Normalize(ReadOnlySpan<double> block)
    {
        var largest = 0.0;
        foreach (var value in block)
            largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0)
        {
            _signal.AsSpan().Clear();
            return 1;
        }

        var energy = 0.0;
        foreach (var value in block)
            energy += value / largest * (value / largest);
        var scale = Math.Sqrt(energy) * largest;
        for (var j = 0; j < block.Length; j++)
            _signal[j] = block[j] / scale;
        return scale;
    }

    private void Pursue()
    {
        for (var j = 0; j < _signal.Length; j++)
            _correlated[j] = (float)_signal[j];
        var model = _projection.Model;
        model.Count = 0;
        AddFromDictionary(Math.Min(_components, _dictionary.Length));
        Start();
    }

    private void Refine()
    {
        Explore(FirstIterations);
        for (var i = 0; i < Exchanges; i++)
        {
            var model = _projection.Model;
            var before = model.SquaredError;
            var count = model.Count;
            model.Mu.CopyTo(_mu, 0);
            model.Sigma.CopyTo(_sigma, 0);
            Explore(Iterations);
            if (_projection.Model.SquaredError < before - LeastGain)
                continue;
            model = _projection.Model;
            _mu.CopyTo(model.Mu, 0);
            _sigma.CopyTo(model.Sigma, 0);
            model.Count = count;
            Start();
            return;
        }
    }

    private void Explore(int iterations)
    {
        _projection.Model.Residual(_signal, _residual);
        for (var j = 0; j < _residual.Length; j++)
            _correlated[j] = (float)_residual[j];
        AddFromDictionary(Surplus);
        Start();
        _projection.Refine(_signal, 1, iterations, LeastGain);
        while (_projection.Model.Count > _components)
        {
            _projection.Model.RemoveAt(_projection.Model.Weakest());
            Start();
        }

        _projection.Refine(_signal, 1, iterations, LeastGain);
    }

    private void AddFromDictionary(int most)
    {
        var count = _pursuit.Choose(_correlated, _chosen.AsSpan(0, most));
        foreach (var atom in _chosen.AsSpan(0, count))
            _projection.Model.Add(_dictionary.Mu(atom), _dictionary.Sigma(atom));
    }

    /// <summary>Gaussians that depend on others are removed, the last first: what was found first explains most.</summary>
    private void Start()
    {
        while (!_projection.Start(_signal, 1))
            _projection.Model.Count--;
    }
}
