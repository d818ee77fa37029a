using System.Text.RegularExpressions;

namespace CompressTasks.Outputs.Sequences;

/// <summary>Tells by names and shapes that outputs of a model are meant to become inputs of its next run.</summary>
internal static partial class StatefulModel
{
    /// <returns>Inputs and outputs of one type and compatible shapes, whose names differ only in which side they are for.</returns>
    public static IReadOnlyList<(string Input, string Output)> Find(IReadOnlyList<ModelInput> inputs, IReadOnlyList<ModelInput> outputs) =>
    [
        .. from output in outputs
           let stem = OutputSide().Replace(output.Name, "")
           where stem.Length > 0
           from input in inputs
           where stem.Equals(InputSide().Replace(input.Name, ""), StringComparison.OrdinalIgnoreCase) && Fit(input, output)
           select (input.Name, output.Name),
    ];

    private static bool Fit(ModelInput input, ModelInput output) =>
        input.Type == output.Type && input.Shape.Count > 1 && input.Shape.Count == output.Shape.Count
        && input.Shape.Zip(output.Shape).All(axis => axis.First < 0 || axis.Second < 0 || axis.First == axis.Second);

    // present.0.key, stateN, hn, c_out, new_state, next_state
    [GeneratedRegex("^(present|new|next|out|output)[._]|[._]?(out|output|new|next)$|(?<=.)[nN]$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex OutputSide();

    // past_key_values.0.key, past.0, h0, c_in, prev_state, initial_state
    [GeneratedRegex("^(past_key_values|past|prev|old|in|input|init|initial)[._]|[._]?(in|input|prev|old|init|initial)$|(?<=.)[._]?0$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex InputSide();
}
