using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.WeightCoding;

namespace CompressTasks.Calibration;

/// <summary>A weight, and the inputs that its layer meets.</summary>
/// <param name="Layout">How the weight is a matrix.</param>
/// <param name="Inputs">What is known of the inputs; several weights may share it.</param>
/// <param name="Outputs">What is known of its outputs' effect; null for nothing.</param>
internal sealed record CalibratedWeight(LinearLayout Layout, InputCovarianceFactor Inputs, OutputGradientFactor? Outputs = null)
{
    /// <summary>The steps of runs of outputs, all of the same length.</summary>
    public IReadOnlyList<int> OutputSteps { get; } = Outputs is null ? Inputs.GroupSteps
        : [.. Outputs.Steps.Select((step, output) => step + Inputs.GroupSteps[output / (Layout.Outputs / Layout.Groups)])];

    /// <summary>What carries the errors of rows to later rows.</summary>
    public ErrorFeedback Feedback() => new(Inputs.Couplings, Layout.Outputs, Outputs?.Couplings);
}
