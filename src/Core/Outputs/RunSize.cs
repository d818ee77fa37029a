namespace CompressTasks.Outputs;

/// <summary>How many samples go into a run: many small ones, but no more than a few megabytes.</summary>
internal sealed class RunSize
{
    /// <summary>Inputs and outputs of one run, in bytes: what is alive at a time. A single sample may be larger.</summary>
    private const long RunBytes = 4 << 20;
    private const int MostSamples = 64;

    /// <summary>For the next run. The first one has one sample and shows how large one is.</summary>
    public int Samples { get; private set; } = 1;

    public void Learn(IReadOnlyList<TensorValue> inputs, IReadOnlyList<TensorValue> outputs)
    {
        if (Samples == 1)
            Samples = (int)Math.Clamp(RunBytes / Math.Max(1, inputs.Concat(outputs).Sum(tensor => tensor.Bytes.LongLength)), 1, MostSamples);
    }
}
