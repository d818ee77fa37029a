namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>Inputs that others are made of: seeds, and what has reached something new.</summary>
internal sealed class Corpus
{
    /// <summary>What was found last leads on most often.</summary>
    private const int Latest = 32;

    private readonly List<(byte[] Input, int Steps)> _inputs = [];

    public int Count => _inputs.Count;

    /// <param name="input">Is copied.</param>
    /// <param name="steps">What it takes to read it.</param>
    public void Add(ReadOnlySpan<byte> input, int steps) => _inputs.Add((input.ToArray(), steps));

    /// <summary>One of the inputs; every second time that of two which is read in fewer steps.</summary>
    public byte[] Pick(FuzzRandom random)
    {
        var (first, second) = (PickAny(random), PickAny(random));
        return random.OneIn(2) || first.Steps <= second.Steps ? first.Input : second.Input;
    }

    private (byte[] Input, int Steps) PickAny(FuzzRandom random) =>
        random.OneIn(4) ? _inputs[_inputs.Count - 1 - random.Below(Math.Min(Latest, _inputs.Count))] : _inputs[random.Below(_inputs.Count)];
}
