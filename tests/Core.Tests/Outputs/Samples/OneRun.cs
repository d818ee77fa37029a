using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Core.Tests.Outputs.Samples;

internal static class OneRun
{
    /// <summary>The inputs of a sample that is no sequence.</summary>
    public static IReadOnlyList<TensorValue> Inputs(SampleSequence sequence)
    {
        sequence.Feedback.ShouldBeEmpty();
        return sequence.Steps.ShouldHaveSingleItem().Inputs;
    }
}
