using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples.Media;

/// <summary>The input that gets pictures or sounds, and what the others get.</summary>
/// <param name="Input">It.</param>
/// <param name="Constants">Of the other inputs.</param>
/// <param name="IsBatchable">Whether the constants are the same for runs of any number of samples.</param>
internal sealed record MediaInputs(ModelInput Input, IReadOnlyList<TensorValue> Constants, bool IsBatchable)
{
    /// <param name="spec">Says which.</param>
    /// <param name="inputs">The model's, without those that are fed back.</param>
    /// <exception cref="CompressException">CT1505, CT1542 or CT1545: it does not say, or what it says cannot be.</exception>
    public static MediaInputs Resolve(MediaSamplesSpec spec, IReadOnlyList<ModelInput> inputs)
    {
        var constants = spec.Constants.Select(constant => (Spec: constant, Input: Find(constant.Input, constant.At))).ToList();
        List<ModelInput> rest = [.. inputs.ExceptBy(spec.Constants.Select(constant => constant.Input), input => input.Name)];
        var named = spec.Input is null ? null : Find(spec.Input, spec.At);
        if (rest is not [var input] || (named is not null && named != input))
            throw MediaDiagnostics.WhichInput(spec.Input, rest, spec.At);
        return new(input, [.. constants.Select(constant => Constant(constant.Spec, constant.Input))],
            constants.TrueForAll(constant => constant.Input.Shape.All(length => length >= 0)));

        ModelInput Find(string name, SourceLocation at) =>
            inputs.FirstOrDefault(candidate => candidate.Name == name) ?? throw SampleDiagnostics.UnknownInput(name, inputs, at);
    }

    private static TensorValue Constant(InputConstantSpec spec, ModelInput input)
    {
        if (WholeNumbers.Limits(input.Type) is var (lowest, highest)
            && (Math.Floor(spec.Value) != spec.Value || spec.Value < lowest || spec.Value > highest))
            throw MediaDiagnostics.NoSuchConstant(input, spec.Value, spec.At);
        IReadOnlyList<long> shape = [.. input.Shape.Select(length => Math.Abs(length))];
        var values = new double[shape.Aggregate(1L, (product, length) => checked(product * length))];
        Array.Fill(values, spec.Value);
        return new(input.Name, input.Type, shape, TensorElements.Of(input.Type, values));
    }
}
