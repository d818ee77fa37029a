using CompressTasks.Outputs;

namespace CompressTasks.Calibration;

/// <summary>Where the inputs of a linear layer are to be seen, and how to take them from there.</summary>
internal abstract record LayerInput
{
    /// <summary>The names of the tensors of the main graph that are needed.</summary>
    public abstract IReadOnlyList<string> Tensors { get; }

    /// <summary>Two inputs with the same key are the same.</summary>
    public abstract string Key { get; }

    /// <summary>The same inputs in a tensor that has those of all iterations of a loop along one more axis, the first.</summary>
    /// <param name="nameOf">What such tensors are called.</param>
    /// <returns>Null when they cannot be told apart there.</returns>
    public abstract LayerInput? Stacked(Func<string, string> nameOf);

    /// <summary>Adds what one run has shown.</summary>
    /// <param name="tensors">Those asked for, in their order.</param>
    /// <param name="moments">One for each group of outputs.</param>
    /// <param name="sampling">Which of the inputs are added up.</param>
    /// <returns>False when the tensors are not of the shape that the layer's weight asks for.</returns>
    public abstract bool AddTo(IReadOnlyList<TensorValue> tensors, IReadOnlyList<SecondMoments> moments, InputSampling sampling);
}
