namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>Gives inputs to a reader, one after the other, on one thread: the same for the same seed.</summary>
/// <param name="target">The reader.</param>
/// <param name="edges">What inputs reach; null when it is not counted.</param>
/// <param name="seed">Of all that is random.</param>
/// <param name="watch">Is told of every input before it is read.</param>
internal sealed class FuzzLoop(IFuzzTarget target, EdgeCounts? edges, ulong seed, IInputWatch watch)
{
    private const int LargestInput = 1 << 16;
    private const int MinimizingAttempts = 4_000;
    private const int MostSteps = 8;

    private readonly FuzzRandom _random = new(seed);
    private readonly InputBuffer _input = new(LargestInput);
    private readonly Dictionary<string, Finding> _findings = new(StringComparer.Ordinal);

    public Corpus Corpus { get; } = new();

    /// <summary>Inputs that were read.</summary>
    public long Inputs { get; private set; }

    /// <summary>Those of them that were taken.</summary>
    public long Accepted { get; private set; }

    /// <summary>One of each kind.</summary>
    public IReadOnlyCollection<Finding> Findings => _findings.Values;

    /// <summary>Reads the seeds, which inputs are made of from then on.</summary>
    public void Begin(IEnumerable<byte[]> seeds)
    {
        foreach (var input in seeds)
        {
            _input.Set(input);
            _ = Next();
            _ = edges?.Take();
            Corpus.Add(_input.Bytes, edges?.Steps ?? input.Length);
        }
    }

    /// <summary>Makes an input and has it read.</summary>
    public Outcome Step()
    {
        _input.Set(Corpus.Pick(_random));
        for (var steps = _random.Geometric(MostSteps); steps > 0; steps--)
            target.Mutate(_input, _random);
        var outcome = Next();
        if (edges?.Take() == true && outcome is Outcome.Accepted or Outcome.Refused)
            Corpus.Add(_input.Bytes, edges.Steps);
        return outcome;
    }

    /// <summary>The input that was read last.</summary>
    public ReadOnlyMemory<byte> Input => _input.Memory;

    private Outcome Next()
    {
        Inputs++;
        watch.Begin(_input.Bytes);
        var outcome = Run(target, _input.Memory, out var error);
        watch.End();
        Accepted += outcome == Outcome.Accepted ? 1 : 0;
        if (error is not null)
            Add(Finding.Of(target.Name, error, _input.Bytes));
        return outcome;
    }

    /// <summary>Has an input read, and judges what comes of it.</summary>
    /// <param name="error">What makes it a finding.</param>
    public static Outcome Run(IFuzzTarget target, ReadOnlyMemory<byte> input, out Exception? error)
    {
        error = null;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var outcome = Outcome.Accepted;
        try
        {
            target.Read(input);
        }
        catch (Exception thrown)
        {
            if (!target.Refuses(thrown))
            {
                error = thrown;
                return Outcome.Finding;
            }

            outcome = Outcome.Refused;
        }

        return GC.GetAllocatedBytesForCurrentThread() - allocated > InputLimits.MemoryFor(0)
            && GC.GetAllocatedBytesForCurrentThread() - allocated > InputLimits.MemoryFor(target.Asked(input)) ? Outcome.Suspect : outcome;
    }

    private void Add(Finding finding)
    {
        if (_findings.ContainsKey(finding.Signature))
            return;
        var smallest = Minimizer.Minimize(finding.Input, input => DoesTheSame(input, finding.Signature), MinimizingAttempts);
        _findings.Add(finding.Signature, finding with { Input = smallest });
    }

    private bool DoesTheSame(byte[] input, string signature)
    {
        watch.Begin(input);
        _ = Run(target, input, out var error);
        watch.End();
        return error is not null && Finding.SignatureOf(error) == signature;
    }
}
