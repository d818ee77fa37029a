using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CompressTasks.Numerics;
using CompressTasks.Outputs;

namespace CompressTasks.Calibration;

/// <summary>The moments of the inputs that some weights share.</summary>
internal sealed class LayerMeasurement
{
    /// <summary>A token that never came in the samples may come elsewhere.</summary>
    private const double IndexDamping = 0.1;

    private readonly WeightUse _use;
    private readonly int _runLength;
    private readonly double _patches;
    private readonly PieceRunner _run;
    private readonly ulong _seed;
    private SecondMoments[] _moments = [];
    private bool _fits = true;
    private double _unseen;

    /// <param name="uses">By weight; all of the same key.</param>
    /// <param name="limits">How far moments are taken.</param>
    /// <param name="run">Does the work on several threads.</param>
    public LayerMeasurement(IReadOnlyList<KeyValuePair<string, WeightUse>> uses, MomentLimits limits, PieceRunner run)
    {
        (Uses, _use, _run) = (uses, uses[0].Value, run);
        _runLength = _use.Inputs.Any(input => input is IndexInput) ? 1 : limits.RunLength;
        _patches = limits.PatchesFor(_use.Layout.Inputs, _runLength);
        _seed = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(_use.Key)));
    }

    public IReadOnlyList<KeyValuePair<string, WeightUse>> Uses { get; }

    /// <summary>The moments, once they are finished; null when they are not kept.</summary>
    public IReadOnlyList<PackedMoments>? Kept { get; private set; }

    /// <summary>What is added to the diagonal at least, as a share of its mean. It is known at the end.</summary>
    public double LeastDamping => _runLength == 1 ? Math.Max(IndexDamping, _unseen) : 0;

    /// <summary>The bytes that its moments take.</summary>
    public long Bytes => _use.Layout.Groups * SecondMoments.Bytes(_use.Layout.Inputs, _runLength);

    /// <summary>The bytes of the matrices that are factorized.</summary>
    public long BytesOfMatrices => _use.Layout.Groups * SecondMoments.BytesOfMatrices(_use.Layout.Inputs, _runLength);

    public IEnumerable<string> Tensors => _use.Inputs.SelectMany(input => input.Tensors);

    /// <summary>The tensors that runs on a path show.</summary>
    public IEnumerable<string> TensorsOn(int path) => _use.OnPaths[path]?.Inputs.SelectMany(input => input.Tensors) ?? [];

    public void Begin() =>
        _moments = [.. Enumerable.Range(0, _use.Layout.Groups).Select(_ => new SecondMoments(_use.Layout.Inputs, _runLength, _run))];

    /// <summary>Adds what a run has shown.</summary>
    /// <param name="tensors">Those of the run, by name.</param>
    /// <param name="path">Of the run.</param>
    /// <param name="run">Which run it is of all.</param>
    /// <param name="share">Which share of all that is to be added up should be of this run.</param>
    public void Add(IReadOnlyDictionary<string, TensorValue> tensors, int path, long run, double share)
    {
        var inputs = _use.OnPaths[path]?.Inputs ?? [];
        foreach (var (index, input) in inputs.Index())
        {
            var sampling = new InputSampling(
                (long)Math.Ceiling(_patches / inputs.Count * share), _seed + ((ulong)run * (ulong)inputs.Count) + (ulong)index);

            // A loop without an iteration shows nothing, not even shapes.
            List<TensorValue> values = [.. input.Tensors.Select(name => tensors[name])];
            _fits = _fits && (values.TrueForAll(value => value.Bytes.Length == 0) || input.AddTo(values, _moments, sampling));
        }
    }

    /// <param name="file">Where couplings go; null for memory.</param>
    /// <param name="keep">Whether the moments are kept.</param>
    /// <returns>The SHA-256 of the moments, and what became of them; nothing when they could not be taken.</returns>
    public (byte[] Moments, InputCovarianceFactor? Factor) Finish(CouplingFile? file, bool keep)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var triangle in _moments.SelectMany(moments => moments.Finish()))
        {
            hash.AppendData(MemoryMarshal.AsBytes(triangle.AsSpan()));
            _fits = _fits && triangle.All(double.IsFinite);
        }

        _unseen = _fits && _use.Inputs.All(input => input is IndexInput) ? UnseenShare(_moments[0]) : 0;
        Kept = _fits && keep ? [.. _moments.Select(moments => new PackedMoments(moments, file))] : null;
        var factor = _fits ? InputCovarianceFactor.Create(_moments, LeastDamping, file, _run) : null;
        _moments = [];
        return (hash.GetHashAndReset(), factor);
    }

    /// <summary>
    /// How often each row that was never picked will be, over how often one was on average: of all picks, those of rows that were not seen before are
    /// as many as those that came once (Good, Turing 1953).
    /// </summary>
    private static double UnseenShare(SecondMoments moments)
    {
        double[] counts = [.. moments.Finish().Select(triangle => triangle[0])];
        var never = counts.Count(count => count == 0);
        return never == 0 ? 0 : (double)counts.Count(count => count == 1) * counts.Length / (never * counts.Sum());
    }
}
