namespace CompressTasks.Tasks;

/// <summary>What properties or metadata say in place of a spec; empty is the spec's.</summary>
internal sealed class RunSettings(string? format, string? r2, string? weightR2, string? onFailure, string? probe, string? baseline)
{
    /// <summary>What is made of each model: <c>onnxz</c>, <c>onnx</c> or <c>both</c>.</summary>
    public string Format { get; } = (format ?? "").Trim().ToLowerInvariant();

    public string R2 { get; } = (r2 ?? "").Trim();

    public string WeightR2 { get; } = (weightR2 ?? "").Trim();

    public string OnFailure { get; } = (onFailure ?? "").Trim();

    /// <summary>Whether a look is taken at the outputs where the spec does not ask for them: <c>true</c>, <c>false</c>, or empty for the default.</summary>
    public string Probe { get; } = (probe ?? "").Trim();

    /// <summary>A report or artifact of an earlier run, or a folder of them, relative to the project.</summary>
    public string Baseline { get; } = (baseline ?? "").Trim().TrimEnd('/', '\\');

    public bool TakesNoLook => string.Equals(Probe, "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>One text for equal settings; empty for none.</summary>
    public string Key =>
        string.Join(" ",
            new[] { Named("format", Format), Named("r2", R2), Named("weightR2", WeightR2), Named("onFailure", OnFailure.ToLowerInvariant()),
                Named("probe", TakesNoLook ? "false" : ""), Named("baseline", Baseline.Replace('\\', '/')) }.Where(text => text.Length > 0));

    private static string Named(string name, string value) => value.Length == 0 ? "" : $"{name}={value}";
}
