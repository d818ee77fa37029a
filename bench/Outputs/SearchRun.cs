using System.Text.Json;
using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>A run of <c>for: outputs</c> in a process of its own.</summary>
/// <param name="Report">What the tool wrote.</param>
/// <param name="ArtifactPath">The artifact, in a temporary folder.</param>
/// <param name="Point">What came of it.</param>
/// <param name="Tool">What it took.</param>
internal sealed record SearchRun(CompressionReport Report, string ArtifactPath, OutputPoint Point, ToolRun Tool)
{
    /// <param name="model">What is compressed.</param>
    /// <param name="target">Least R² of every output.</param>
    /// <param name="calibration">Samples, as a spec says it; null for none.</param>
    /// <param name="folder">Gets the spec and the artifact; a later run overwrites them.</param>
    public static SearchRun Start(OutputModel model, double target, string? calibration, string folder)
    {
        var name = calibration is null ? "allocated" : "calibrated";
        var spec = Path.Combine(folder, $"{name}.yml");
        var output = Path.Combine(folder, name);
        File.WriteAllText(spec, OutputSpec.Write(model, calibration is null ? "for: outputs" : $"for: outputs, calibration: {calibration}", target));
        var tool = ToolRun.Start(spec, "--output", output);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Directory.GetFiles(output, "*.report.json").Single()));
        var report = JsonReport.ReadCompression(json.RootElement)!;
        var artifact = Path.Combine(output, report.Artifact.Path);
        return new(report, artifact, OutputPoint.Of(report, model == OutputModel.Sample ? ValidationLoss.OfArtifact(artifact) : null), tool);
    }
}
