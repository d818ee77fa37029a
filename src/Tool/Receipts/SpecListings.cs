using CompressTasks.Spec;

namespace CompressTasks.Tool.Receipts;

/// <summary>
/// The patterns of a spec whose matches a run depends on: globs of models, globs and folders of samples, the folder of a baseline, and globs of what
/// metrics depend on.
/// </summary>
internal static class SpecListings
{
    /// <returns>Patterns for <see cref="GlobListing"/>, relative to the spec's folder.</returns>
    public static IEnumerable<string> Of(CompressionSpec spec) => OfModelsAndSamples(spec).Concat(OfMetrics(spec));

    public static IEnumerable<string> OfModelsAndSamples(CompressionSpec spec) =>
        spec.Models.Where(model => model.IsGlob).Select(model => model.Pattern)
            .Concat(Samples(spec).OfType<FileSamplesSpec>().SelectMany(Listings))
            .Concat(Samples(spec).OfType<MediaSamplesSpec>().Where(samples => samples.IsGlob).Select(samples => samples.Pattern))
            .Concat(spec.Baseline is { } baseline && Directory.Exists(Path.Combine(spec.Folder, baseline.Path))
                ? [$"{Path.GetRelativePath(spec.Folder, Path.Combine(spec.Folder, baseline.Path)).Replace('\\', '/')}/**"] : []);

    public static IEnumerable<string> OfMetrics(CompressionSpec spec) =>
        MetricInputs(spec).Where(input => input.IsGlob).Select(input => input.Pattern);

    /// <returns>What is named by its path, relative to the spec's folder: the spec itself, models, samples, and inputs of metrics.</returns>
    public static IEnumerable<string> Paths(CompressionSpec spec) =>
        spec.Models.Where(model => !model.IsGlob).Select(model => model.Pattern)
            .Concat(Samples(spec).OfType<FileSamplesSpec>().Where(samples => !samples.IsGlob).Select(samples => samples.Pattern))
            .Concat(Samples(spec).OfType<MediaSamplesSpec>().Where(samples => !samples.IsGlob).Select(samples => samples.Pattern))
            .Concat(MetricInputs(spec).Where(input => !input.IsGlob).Select(input => input.Pattern))
            .Concat(spec.Baseline is { } baseline ? [baseline.Path] : [])
            .Prepend(Path.GetFileName(spec.File));

    private static IEnumerable<MetricInput> MetricInputs(CompressionSpec spec) => (spec.Gate?.Metrics ?? []).SelectMany(metric => metric.Inputs);

    private static IEnumerable<SamplesSpec?> Samples(CompressionSpec spec) => [.. spec.Calibrations, spec.Gate?.Outputs?.Samples];

    /// <summary>
    /// An archive is a file, whose content is recorded, and a glob may find others; anything else may be a folder, or match folders, of samples.
    /// </summary>
    private static IEnumerable<string> Listings(FileSamplesSpec samples)
    {
        var pattern = samples.Pattern.TrimEnd('/');
        if (samples.IsGlob)
            yield return pattern;
        if (!samples.IsNpz && !pattern.EndsWith(".pb", StringComparison.OrdinalIgnoreCase))
            yield return $"{pattern}/**";
    }
}
