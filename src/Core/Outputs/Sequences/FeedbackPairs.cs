using System.Text.RegularExpressions;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Sequences;

/// <summary>Finds the outputs and inputs that a spec's <c>feedback</c> names.</summary>
internal static class FeedbackPairs
{
    /// <returns>In the order of the spec, and of the model's inputs.</returns>
    /// <exception cref="Diagnostics.CompressException">CT1514 or CT1515: there is no such input or output, or they do not fit each other.</exception>
    public static IReadOnlyList<FeedbackPair> Resolve(SequenceSpec? sequence, IReadOnlyList<ModelInput> inputs, IReadOnlyList<ModelInput> outputs)
    {
        var pairs = new List<FeedbackPair>();
        foreach (var asked in sequence?.Feedback ?? [])
        {
            var found = pairs.Count;
            foreach (var input in inputs)
            {
                if (Matched(asked, input.Name) is not { } name)
                    continue;
                var output = outputs.FirstOrDefault(candidate => candidate.Name == name)
                    ?? throw SequenceDiagnostics.UnknownOutput(name, input.Name, [.. outputs.Select(candidate => candidate.Name)], asked.At);
                if (output.Type != input.Type || output.Shape.Count != input.Shape.Count)
                    throw SequenceDiagnostics.DoNotFit(input, output, asked.At);
                if (pairs.Any(pair => pair.Input.Name == input.Name))
                    throw SequenceDiagnostics.FedTwice(input.Name, asked.At);
                pairs.Add(new(input, name));
            }

            if (pairs.Count == found)
                throw SequenceDiagnostics.UnknownInput(asked.Input, [.. inputs.Select(input => input.Name)], asked.At);
        }

        return pairs;
    }

    /// <summary>The output that goes with an input; null when the input is not meant.</summary>
    private static string? Matched(FeedbackSpec asked, string input)
    {
        var match = Regex.Match(
            input, $"^{Regex.Escape(asked.Input).Replace("\\*", "(.*)", StringComparison.Ordinal)}\\z", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        if (!match.Success)
            return null;
        var parts = asked.Output.Split('*');
        return string.Concat(parts.Select((part, i) => i == 0 ? part : match.Groups[i].Value + part));
    }
}
