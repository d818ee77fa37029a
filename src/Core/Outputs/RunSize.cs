using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Outputs;

/// <summary>How many samples go into a run: many small ones, but no more than a few megabytes.</summary>
internal sealed class RunSize
{
    /// <summary>Inputs and outputs of one run, in bytes: what is alive at a time. A single sample may be larger.</summary>
    private const long RunBytes = 4 << 20;

    /// <summary>The same for sequences, whose many small runs cost more than their values.</summary>
    private const long SequenceBytes = 32 << 20;
    private const int MostSamples = 64;

    /// <summary>For the next run. The first one has one sample and shows how large one is.</summary>
    public int Samples { get; private set; } = 1;

    public void Learn(SampleSequence sequence, IReadOnlyList<IReadOnlyList<TensorValue>> outputs)
    {
        if (Samples == 1)
            Samples = (int)Math.Clamp((sequence.Feedback.Count > 0 ? SequenceBytes : RunBytes) / Math.Max(1, Bytes(sequence, outputs)), 1, MostSamples);
    }

    /// <summary>Bytes of a sequence and of what was compared.</summary>
    public static long Bytes(SampleSequence sequence, IReadOnlyList<IReadOnlyList<TensorValue>> outputs) =>
        sequence.Bytes + outputs.SelectMany(step => step).Sum(tensor => tensor.Bytes.LongLength);
}
