using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Outputs.Samples;

/// <summary>What random samples had to guess, since neither the model nor the spec says it.</summary>
internal static class RandomGuesses
{
    /// <summary>A length that is likelier than the default, for an example.</summary>
    private const string OtherLength = "512";

    /// <summary>A model that refuses random samples refuses what they guessed.</summary>
    /// <param name="error">What it said.</param>
    /// <param name="spec">What was asked for.</param>
    /// <param name="inputs">The model's.</param>
    /// <param name="taken">What it got.</param>
    /// <returns>The error with what was guessed, and how to say it.</returns>
    public static CompressException Explained(
        CompressException error, RandomSamplesSpec spec, IReadOnlyList<ModelInput> inputs, IReadOnlyList<TensorValue> taken) =>
        error.Diagnostics is [{ Code: "CT1510" }] && Remedy(spec, inputs, taken) is { } remedy ? SampleDiagnostics.RandomRunFailed(error, remedy) : error;

    private static string? Remedy(RandomSamplesSpec spec, IReadOnlyList<ModelInput> inputs, IReadOnlyList<TensorValue> taken)
    {
        var guessed = inputs.Join(taken, input => input.Name, value => value.Name, (input, value) => (Input: input, Value: value)).ToList();
        var shapes = guessed.Where(guess => guess.Input.Shape.Any(length => length < 0) && spec.Shapes.All(given => given.Input != guess.Input.Name)).ToList();
        var ranges = guessed.Where(guess => guess.Input.Type.IsWholeNumber() && guess.Input.Type != ElementType.Bool
            && spec.Ranges.All(given => given.Input != guess.Input.Name)).ToList();
        if (shapes.Count + ranges.Count == 0)
            return null;
        string[] what =
        [
            .. shapes.Select(guess => $"{Found.Quote(guess.Input.Name)} {guess.Input.ShownShape} was taken as [{SampleDiagnostics.Shape(guess.Value.Shape)}]"),
            .. ranges.Select(guess => string.Create(CultureInfo.InvariantCulture, $"{Found.Quote(guess.Input.Name)} began with {WholeNumbers.Values(guess.Value).FirstOrDefault()}")),
        ];
        string[] how =
        [
            .. shapes.Take(1).Select(guess => $"shapes: {{ {guess.Input.Name}: [{Example(guess.Input)}] }}"),
            .. ranges.Take(1).Select(guess => $"ranges: {{ {guess.Input.Name}: [16000, 16000] }}"),
        ];
        return $"{string.Join(", ", what)}: say what the model accepts, as in random: {{ {string.Join(", ", how)} }}, or give real samples";
    }

    private static string Example(ModelInput input) => string.Join(", ",
        input.Shape.Select((length, axis) => length >= 0 ? length.ToString(CultureInfo.InvariantCulture) : axis == 0 ? "1" : OtherLength));
}
