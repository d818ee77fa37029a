namespace CompressTasks.Outputs.Sequences;

/// <summary>A model run over a sequence: on the samples' inputs, and on its own state.</summary>
internal static class Rollout
{
    /// <param name="model">The model.</param>
    /// <param name="sequence">The samples.</param>
    /// <param name="names">The outputs to give, of every run.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <returns>The inputs of each run, with those that are fed back, and its outputs in the order of the names.</returns>
    /// <exception cref="Diagnostics.CompressException">ONNX Runtime refuses the inputs.</exception>
    public static IEnumerable<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)> Run(
        ModelRunner model, SampleSequence sequence, IReadOnlyList<string> names, CancellationToken cancellationToken = default) =>
        Run(_ => (model, names), sequence, cancellationToken);

    /// <summary>The same with a model for each run, all of which compute the same.</summary>
    /// <param name="choose">For the number of a run, the model and the outputs to give.</param>
    /// <param name="sequence">The samples.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    public static IEnumerable<(IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)> Run(
        Func<int, (ModelRunner Model, IReadOnlyList<string> Names)> choose, SampleSequence sequence, CancellationToken cancellationToken)
    {
        var state = sequence.Initial;
        string[] fedBack = [.. sequence.Feedback.Select(pair => pair.Output)];
        foreach (var (index, step) in sequence.Steps.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (model, names) = choose(index);
            IReadOnlyList<TensorValue> inputs = state.Count == 0 ? step.Inputs : [.. step.Inputs, .. state];
            IReadOnlyList<string> asked = fedBack.Length == 0 ? names : [.. names.Union(fedBack, StringComparer.Ordinal)];
            var outputs = asked.Count == 0 ? [] : model.Run(inputs, asked, cancellationToken);
            var byName = asked.Zip(outputs).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
            state = [.. sequence.Feedback.Select(pair => byName[pair.Output] with { Name = pair.Input.Name })];
            yield return (inputs, [.. names.Select(name => byName[name])]);
        }
    }
}
