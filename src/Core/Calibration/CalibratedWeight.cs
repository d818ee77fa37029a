using CompressTasks.Coding.Quantization.Feedback;
using CompressTasks.WeightCoding;

namespace CompressTasks.Calibration;

/// <summary>A weight, and the inputs that its layer meets.</summary>
/// <param name="Layout">How the weight is a matrix.</param>
/// <param name="Inputs">What is known of the inputs; several weights may share it.</param>
internal sealed record CalibratedWeight(LinearLayout Layout, InputCovarianceFactor Inputs)
{
    /// <summary>What carries the errors of rows to later rows.</summary>
    public ErrorFeedback Feedback() => new(Inputs.Couplings, Layout.Outputs);
}
