using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;

namespace CompressTasks.Outputs.Samples;

/// <summary>Samples of a model with a cache that grows: watches how long the cache is in them.</summary>
internal sealed class PastLengths : ISampleSource
{
    private readonly ISampleSource _samples;
    private readonly IReadOnlyList<(string Input, string Output, int Axis)> _caches;
    private readonly HashSet<(int Cache, long Length)> _seen = [];

    private PastLengths(ISampleSource samples, IReadOnlyList<(string Input, string Output, int Axis)> caches) => (_samples, _caches) = (samples, caches);

    public SampleSourceSummary Summary => _samples.Summary;

    public IReadOnlyList<string> Files => _samples.Files;

    /// <summary>The first cache and its length, when every one that was read had one and the same; null otherwise.</summary>
    public PastLength? Only
    {
        get
        {
            lock (_seen)
            {
                return _seen.Count == _caches.Count ? new(_caches[0].Input, _caches[0].Output, _seen.First(seen => seen.Cache == 0).Length) : null;
            }
        }
    }

    /// <summary>Watches samples that are no sequences.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="inputs">The model's.</param>
    /// <param name="outputs">The model's.</param>
    /// <param name="states">Outputs that look like inputs of a next run.</param>
    /// <returns>The samples themselves when no state grows.</returns>
    public static ISampleSource Watch(ISampleSource samples, IReadOnlyList<ModelInput> inputs, IReadOnlyList<ModelInput> outputs,
        IReadOnlyList<(string Input, string Output)> states)
    {
        var caches = new List<(string, string, int)>();
        foreach (var (input, output) in states)
        {
            if (GrowingCache.Axis(inputs.First(candidate => candidate.Name == input), outputs.First(candidate => candidate.Name == output)) is { } axis)
                caches.Add((input, output, axis));
        }

        return caches.Count == 0 ? samples : new PastLengths(samples, caches);
    }

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun)
    {
        foreach (var sequence in _samples.Read(samplesPerRun))
        {
            lock (_seen)
            {
                foreach (var value in sequence.Steps.SelectMany(step => step.Inputs))
                {
                    for (var i = 0; i < _caches.Count; i++)
                    {
                        if (_caches[i].Input == value.Name)
                            _seen.Add((i, value.Shape[_caches[i].Axis]));
                    }
                }
            }

            yield return sequence;
        }
    }
}
