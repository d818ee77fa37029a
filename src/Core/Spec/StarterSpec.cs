using System.Globalization;
using System.Text;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Spec;

/// <summary>A commented spec to start from.</summary>
internal static class StarterSpec
{
    private const int Listed = 10;
    private const int Columns = 100;

    /// <summary>Least R² of outputs, and of weights where outputs cannot be compared.</summary>
    private const string R2 = "0.999";

    /// <summary>Of outputs on random samples: what is below is ruined, and what is above is not known to be good.</summary>
    private const string RandomR2 = "0.5";

    /// <summary>Writes the YAML text of a spec that quantizes the weights of one model.</summary>
    /// <param name="modelFileName">The model, relative to where the spec will be.</param>
    /// <param name="weights">The model's floating-point weights: path, and number of values.</param>
    /// <param name="schema">The JSON Schema that editors check it with, relative to where the spec will be; null for none.</param>
    /// <param name="outputs">How outputs are compared; null when they cannot be, so that weights must hold by themselves.</param>
    /// <param name="remarks">What the reader must know, a comment each.</param>
    /// <returns>A spec without errors.</returns>
    public static string Write(string modelFileName, IEnumerable<(string Path, long Elements)> weights, string? schema = null,
        StarterOutputs? outputs = null, IReadOnlyList<string>? remarks = null)
    {
        var ordered = weights.OrderByDescending(weight => weight.Elements).ThenBy(weight => weight.Path, StringComparer.Ordinal).ToList();
        var hasLarge = ordered.Count > 0 && ordered[0].Elements >= SpecSchema.DefaultMinElements;
        return (schema is null ? "" : $"# yaml-language-server: $schema={schema}\n") + $$"""
            # How the model is compressed and what the result must hold.
            {{Remarks(remarks ?? [])}}version: 1

            models:
              - path: {{Quote(modelFileName)}}

            # A stack says how weights are compressed.
            stacks:
            {{(outputs is null or { AreRandom: true } ? WeightStack : OutputStack(outputs))}}

            {{Largest(ordered)}}
            # The first rule that matches a weight counts; a weight without a rule is carried losslessly.
            # In a glob, * is any run of characters except "/", ** any run at all, ? one character.
            {{(hasLarge ? Rules(ordered[0].Path) : "# No weight is large enough to gain from a lossy stack.\nrules: []")}}

            # The build fails when the artifact does not hold this.
            gate:
            {{(outputs is null ? WeightGate : OutputGate(outputs))}}
              # ratio: 4        # original bytes / artifact bytes
              # maxBytes: 2 MB

            output: artifacts
            report: [json, markdown, html]

            """.ReplaceLineEndings("\n");
    }

    private const string WeightStack = $$"""
          quantized: [ quantize: { r2: {{R2}}, of: bulk } ]    # of: bulk looks after small values beside large ones
        """;

    private const string WeightLimits = $"  r2: {R2}         # all weights pooled, against the original weights\n  weightR2: {R2}   # the worst weight\n";

    private const string WeightGate = $$"""
        {{WeightLimits}}  # outputs: { samples: "samples.npz", r2: {{R2}} }    # what the model computes
        """;

    private static string OutputStack(StarterOutputs outputs) => $$"""
          # As coarse as gate.outputs allows.{{(outputs.Calibration is null ? " Give calibration: other.npz, samples that the gate does not judge by." : "")}}
          quantized: [ quantize: { for: outputs{{(outputs.Calibration is { } calibration ? $", calibration: {calibration}" : "")}} } ]
        """;

    private static string OutputGate(StarterOutputs outputs) => (outputs.AreRandom ? WeightLimits : "") + $$"""
          outputs:
            samples: {{outputs.Samples}}
            {{(outputs.AreWhole ? "top1" : "r2")}}: {{(outputs.AreRandom ? RandomR2 : R2)}}       # of {{(outputs.AreWhole ? "the values of each output, the share that stays the same" : "each output, against the original model's")}}
        """;

    private static string Remarks(IReadOnlyList<string> remarks) => string.Concat(remarks.Select(remark => $"#\n{Wrapped(OneLine(remark))}")) + (remarks.Count > 0 ? "\n" : "");

    /// <summary>As comments of at most 100 columns, where words allow it.</summary>
    private static string Wrapped(string text)
    {
        var lines = new StringBuilder();
        var column = Columns;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column + 1 + word.Length > Columns)
            {
                lines.Append(lines.Length == 0 ? "#" : "\n#");
                column = 1;
            }

            lines.Append(' ').Append(word);
            column += 1 + word.Length;
        }

        return lines.Append('\n').ToString();
    }

    /// <summary>A comment ends with its line.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' ? ' ' : c));

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
            $"# The model has {ordered.Count} floating-point weights with {total:N0} values.{(ordered.Count == 0 ? "" : " The largest:")}");
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
    internal static string Quote(string text)
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

/// <summary>How a starter compares outputs.</summary>
/// <param name="Samples">The value of <c>samples</c>, as YAML on one line.</param>
/// <param name="Calibration">The value of <c>calibration</c>; null for none.</param>
/// <param name="AreWhole">Whether all outputs are whole numbers or truth values, which have no R².</param>
internal sealed record StarterOutputs(string Samples, string? Calibration, bool AreWhole)
{
    /// <summary>Whether the samples are random: weights must then hold by themselves too.</summary>
    public bool AreRandom { get; init; }
}
