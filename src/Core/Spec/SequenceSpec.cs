using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>Samples that are sequences of runs, each of which gets what the model gave in the run before.</summary>
/// <param name="Feedback">Which outputs become which inputs; at least one.</param>
/// <param name="Initial">Shapes of inputs in the first run, all zeros, where the samples do not have them.</param>
/// <param name="Steps">
/// Lengths along the second axis, into which whole sequences are cut; the last one counts for all that follow. Empty when the arrays have an axis
/// for the steps.
/// </param>
/// <param name="Grow">Inputs that get all of their sequence up to the step, such as an attention mask.</param>
/// <param name="At">Where the spec begins the feedback.</param>
internal sealed record SequenceSpec(IReadOnlyList<FeedbackSpec> Feedback, IReadOnlyList<InputShapeSpec> Initial, IReadOnlyList<int> Steps,
    IReadOnlyList<string> Grow, SourceLocation At)
{
    internal bool IsSameAs(SequenceSpec? other) =>
        other is not null
        && Feedback.Select(pair => (pair.Input, pair.Output)).SequenceEqual(other.Feedback.Select(pair => (pair.Input, pair.Output)))
        && Initial.Select(InputShapeSpec.Shown).SequenceEqual(other.Initial.Select(InputShapeSpec.Shown))
        && Steps.SequenceEqual(other.Steps) && Grow.SequenceEqual(other.Grow);
}

/// <summary>An output that becomes an input; or several, paired by what their wildcards <c>*</c> stand for.</summary>
/// <param name="Input">The input, or a pattern.</param>
/// <param name="Output">The output, or a pattern with as many wildcards.</param>
/// <param name="At">Where the spec names the input.</param>
internal sealed record FeedbackSpec(string Input, string Output, SourceLocation At);
