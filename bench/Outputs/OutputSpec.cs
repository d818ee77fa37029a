namespace CompressTasks.Benchmarks.Outputs;

/// <summary>Writes the specs that are measured.</summary>
internal static class OutputSpec
{
    /// <param name="model">What is compressed.</param>
    /// <param name="quantize">The options of the stage.</param>
    /// <param name="r2">Least R² of every output; null to measure only.</param>
    public static string Write(OutputModel model, string quantize, double? r2)
    {
        var only = model.Only is { } outputs ? $"\n    only: {outputs}" : "";
        var threshold = r2 is { } value ? FormattableString.Invariant($"\n    r2: {value}") : "";
        return $$"""
            models: [ {{OutputModel.Quoted(model.FindFile())}} ]
            rules:
              - weights: "{{model.Weights}}"
                stack: [ quantize: { {{quantize}} } ]
            gate:
              onFailure: warning
              outputs:
                samples: {{model.Judgement}}{{only}}{{threshold}}
            report: json

            """;
    }
}
