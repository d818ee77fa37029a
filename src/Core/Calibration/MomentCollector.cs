using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;
using Google.Protobuf;

namespace CompressTasks.Calibration;

/// <summary>
/// Runs a model on samples with the inputs of its linear layers as additional outputs, and adds up their second moments. No activation outlives its
/// run.
/// </summary>
/// <param name="graph">The main graph.</param>
/// <param name="memory">Bytes that moments may take at a time; what does not fit is measured in another pass over the samples.</param>
/// <param name="runLength">Inputs whose moments with each other are kept: wider layers are cut into runs.</param>
/// <param name="threads">At least 1; the result does not depend on it.</param>
/// <param name="cancellationToken">Stops between runs.</param>
/// <param name="keep">Whether moments are kept besides what they are factorized to.</param>
internal sealed class MomentCollector(
    GraphProto graph, long memory, int runLength, int threads, CancellationToken cancellationToken, bool keep = false)
{
    /// <summary>A token that never came in the samples may come elsewhere.</summary>
    private const double IndexDamping = 0.1;

    /// <summary>Appends outputs to a model file. Messages that come twice are merged (Protocol Buffers, encoding), so nothing else changes.</summary>
    public static void Expose(string modelPath, IEnumerable<string> tensors)
    {
        var addition = new ModelProto { Graph = new GraphProto { Output = { tensors.Select(name => new ValueInfoProto { Name = name }) } } };
        using var file = new FileStream(modelPath, FileMode.Append);
        addition.WriteTo(file);
    }

    /// <summary>The tensors of the main graph that can be made outputs, or are inputs.</summary>
    public static IReadOnlyList<string> Observable(GraphProto graph, IEnumerable<LinearUse> uses)
    {
        var made = graph.Node.Where(node => node.OpType != "Constant").SelectMany(node => node.Output).Concat(graph.Input.Select(input => input.Name))
            .ToHashSet(StringComparer.Ordinal);
        return [.. uses.SelectMany(use => use.Inputs).SelectMany(input => input.Tensors).Distinct().Where(made.Contains)];
    }

    /// <summary>Collects the moments of all uses, and factorizes them.</summary>
    /// <param name="uses">By weight.</param>
    /// <param name="session">The model with the tensors exposed.</param>
    /// <param name="samples">The samples, from the first on, as often as asked for.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    public CollectedMoments Collect(
        IReadOnlyDictionary<string, LinearUse> uses, ModelRunner session, Func<IEnumerable<SampleSequence>> samples,
            Action<double> progress)
    {
        var observable = Observable(graph, uses.Values).ToHashSet(StringComparer.Ordinal);
        var seen = uses.Where(use => use.Value.Inputs.All(input => input.Tensors.All(observable.Contains)));
        var factors = seen.GroupBy(use => KeyOf(use.Value), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new Measurement([.. group], RunLength(group.First().Value), keep)).ToList();
        var calibrated = new Dictionary<string, CalibratedWeight>(StringComparer.Ordinal);
        var kept = new List<KeptMoments>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var done = 0;
        while (done < factors.Count)
        {
            var pass = new List<Measurement>();
            for (var bytes = 0L; done < factors.Count && (pass.Count == 0 || bytes + factors[done].Bytes <= memory); done++)
            {
                bytes += factors[done].Bytes;
                pass.Add(factors[done]);
            }

            Measure(pass, session, samples());
            foreach (var (measurement, moments, factor) in Factorize(pass))
            {
                hash.AppendData(moments);
                if (factor is null)
                    continue;
                foreach (var (weight, use) in measurement.Uses)
                    calibrated[weight] = new(use.Layout, factor);
                if (measurement.Kept is { } packed)
                    kept.Add(new([.. measurement.Uses.Select(use => (use.Key, use.Value.Layout))], packed, measurement.LeastDamping));
            }

            progress((double)done / factors.Count);
        }

        return new(calibrated, Convert.ToHexStringLower(hash.GetHashAndReset())) { Kept = kept };
    }

    private static string KeyOf(LinearUse use) =>
        FormattableString.Invariant(
            $"{use.Layout.Inputs} {use.Layout.Groups} {string.Join(" and ", use.Inputs.Select(input => input.Key).Order(StringComparer.Ordinal))}");

    private int RunLength(LinearUse use) => use.Inputs.Any(input => input is IndexInput) ? 1 : runLength;

    private void Measure(List<Measurement> pass, ModelRunner session, IEnumerable<SampleSequence> samples)
    {
        foreach (var measurement in pass)
            measurement.Begin();
        var names = pass.SelectMany(measurement => measurement.Tensors).Distinct().ToList();
        var own = session.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var asked = names.Where(name => !own.Contains(name)).ToList();
        foreach (var (inputs, outputs) in samples.SelectMany(sequence => Rollout.Run(session, sequence, asked, cancellationToken)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var byName = asked.Zip(outputs).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
            foreach (var input in inputs)
                byName[input.Name] = input;
            Parallel.ForEach(pass, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                measurement => measurement.Add(byName));
        }
    }

    private IReadOnlyList<(Measurement Measurement, byte[] Moments, InputCovarianceFactor? Factor)> Factorize(List<Measurement> pass)
    {
        var factors = new (byte[] Moments, InputCovarianceFactor? Factor)[pass.Count];
        Parallel.For(0, pass.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
            index => factors[index] = pass[index].Finish());
        return [.. pass.Zip(factors, (measurement, factor) => (measurement, factor.Moments, factor.Factor))];
    }

    /// <summary>The moments of the inputs that some weights share.</summary>
    private sealed class Measurement(IReadOnlyList<KeyValuePair<string, LinearUse>> uses, int runLength, bool keep)
    {
        private readonly LinearUse _use = uses[0].Value;
        private SecondMoments[] _moments = [];
        private bool _fits = true;

        public IReadOnlyList<KeyValuePair<string, LinearUse>> Uses => uses;

        /// <summary>The moments, once they are finished; null when they are not kept.</summary>
        public IReadOnlyList<PackedMoments>? Kept { get; private set; }

        public double LeastDamping => runLength == 1 ? IndexDamping : 0;

        public long Bytes => _use.Layout.Groups * SecondMoments.Bytes(_use.Layout.Inputs, runLength);

        public IEnumerable<string> Tensors => _use.Inputs.SelectMany(input => input.Tensors);

        public void Begin() => _moments = [.. Enumerable.Range(0, _use.Layout.Groups).Select(_ => new SecondMoments(_use.Layout.Inputs, runLength))];

        public void Add(Dictionary<string, TensorValue> tensors)
        {
            foreach (var input in _use.Inputs)
                _fits = _fits && input.AddTo([.. input.Tensors.Select(name => tensors[name])], _moments);
        }

        /// <returns>The SHA-256 of the moments, and what became of them; nothing when they could not be taken.</returns>
        public (byte[] Moments, InputCovarianceFactor? Factor) Finish()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var matrix in _moments.SelectMany(moments => moments.Finish()))
            {
                hash.AppendData(MemoryMarshal.AsBytes(matrix.AsSpan()));
                _fits = _fits && matrix.All(double.IsFinite);
            }

            Kept = _fits && keep ? [.. _moments.Select(moments => new PackedMoments(moments))] : null;
            var factor = _fits ? InputCovarianceFactor.Create(_moments, LeastDamping) : null;
            _moments = [];
            return (hash.GetHashAndReset(), factor);
        }
    }
}
