using System.Globalization;
using System.Text;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Spec;

/// <summary>A commented spec to start from.</summary>
internal static class StarterSpec
{
    private const int Listed = 10;

    /// <summary>Writes the YAML text of a spec that quantizes the weights of one model at R² 0.99.</summary>
    /// <param name="modelFileName">The model, relative to where the spec will be.</param>
    /// <param name="weights">The model's weights: path, and number of values.</param>
    /// <param name="schema">The JSON Schema that editors check it with, relative to where the spec will be; null for none.</param>
    /// <returns>A spec without errors.</returns>
    public static string Write(string modelFileName, IEnumerable<(string Path, long Elements)> weights, string? schema = null)
    {
        var ordered = weights.OrderByDescending(weight => weight.Elements).ThenBy(weight => weight.Path, StringComparer.Ordinal).ToList();
        var hasLarge = ordered.Count > 0 && ordered[0].Elements >= SpecSchema.DefaultMinElements;
        return (schema is null ? "" : $"# yaml-language-server: $schema={schema}\n") + $$"""
            # How the model is compressed and what the result must hold.
            version: 1

            models:
              - path: {{Quote(modelFileName)}}

            # A stack says how weights are compressed.
            stacks:
              quantized: [ quantize: { r2: 0.99, of: bulk } ]    # of: bulk looks after small values beside large ones

            {{Largest(ordered)}}
            # The first rule that matches a weight counts; a weight without a rule is carried losslessly.
            # In a glob, * is any run of characters except "/", ** any run at all, ? one character.
            {{(hasLarge ? Rules(ordered[0].Path) : "# No weight is large enough to gain from a lossy stack.\nrules: []")}}

            # The build fails when the artifact does not hold this.
            gate:
              r2: 0.99          # all weights pooled, against the original weights
              weightR2: 0.98    # the worst weight
              # ratio: 4        # original bytes / artifact bytes
              # maxBytes: 2 MB
              # outputs: { samples: { random: {} }, r2: 0.99 }    # what the model computes

            output: artifacts
            report: [json, markdown, html]

            """.ReplaceLineEndings("\n");
    }

    /// <summary>The text of what is done to a model and samples without a spec.</summary>
    internal static string ForModel(string modelFileName, string samples, string? calibration, double outputR2) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
            models: [ {{Quote(modelFileName)}} ]
            rules:
              - weights: "**"
                stack: [ quantize: { for: outputs{{(calibration is null ? "" : $", calibration: {Quote(calibration)}")}} } ]
            gate: { outputs: { samples: {{Quote(samples)}}, r2: {{outputR2}} } }
            output: .

            """).ReplaceLineEndings("\n");

    /// <summary>The text of what is done to a model without a spec.</summary>
    internal static string ForModel(string modelFileName, double r2) => string.Create(CultureInfo.InvariantCulture, $$"""
        models: [ {{Quote(modelFileName)}} ]
        rules:
          - weights: "**"
            stack: [ quantize: { r2: {{r2}}, of: bulk } ]
        gate: { r2: {{r2}}, weightR2: {{r2}} }
        output: .

        """).ReplaceLineEndings("\n");

    private static string Largest(List<(string Path, long Elements)> ordered)
    {
        var text = new StringBuilder();
        var total = ordered.Sum(weight => weight.Elements);
        text.Append(CultureInfo.InvariantCulture,
            $"# The model has {ordered.Count} weights with {total:N0} values.{(ordered.Count == 0 ? "" : " The largest:")}");
        foreach (var (path, elements) in ordered.Take(Listed))
            text.Append(CultureInfo.InvariantCulture, $"\n#   {elements,13:N0}  {Quote(WeightGlob.Escape(path))}");
        return text.ToString();
    }

    private static string Rules(string largest) => $$"""
        rules:
          # One weight, with other stages (uncomment it to try):
          # - weights: {{Quote(WeightGlob.Escape(largest))}}
          #   stack: [ gaussian: { components: 8 }, pca: { keep: 0.25 }, residual: { r2: 0.99 } ]
          - weights: "**"
            minElements: {{SpecSchema.DefaultMinElements}}
            stack: quantized
        """;

    /// <summary>A double-quoted YAML scalar on one line, readable by every YAML parser.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' or '\\' => quoted.Append('\\').Append(rune),
                < 0x20 or (>= 0x7F and <= 0xA0) or 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF =>
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => quoted.Append(rune),
            };
        }
        return quoted.Append('"').ToString();
    }
}
