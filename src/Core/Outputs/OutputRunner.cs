using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Outputs;

/// <summary>A model together with the outputs of it that are compared.</summary>
/// <param name="model">Disposed with this.</param>
/// <param name="compared">The outputs.</param>
internal sealed class OutputRunner(ModelRunner model, ComparedOutputs compared) : IDisposable
{
    public ModelRunner Model => model;

    public ComparedOutputs Compared => compared;

    /// <summary>What <see cref="Run"/> has thrown because ONNX Runtime could not run the model; null when it could.</summary>
    public CompressException? Refusal { get; private set; }

    /// <param name="sequence">The samples.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>For every step what is compared, in the order of <see cref="ComparedOutputs.Outputs"/>.</returns>
    /// <exception cref="Diagnostics.CompressException">ONNX Runtime refuses the inputs.</exception>
    public IReadOnlyList<IReadOnlyList<TensorValue>> Run(SampleSequence sequence, CancellationToken cancellationToken = default)
    {
        try
        {
            return SampleDiagnostics.Naming(sequence.File,
                () => Rollout.Run(model, sequence, compared.Names, cancellationToken)
                    .Select(step => compared.NewParts(step.Inputs, step.Outputs)).ToArray());
        }
        catch (CompressException error) when (SampleDiagnostics.IsRefusal(error))
        {
            Refusal = error;
            throw;
        }
    }

    public void Dispose() => model.Dispose();
}
