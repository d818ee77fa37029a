using System.Text.Json;
using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Inspection;
using CompressTasks.IO;
using CompressTasks.WeightCoding;

namespace CompressTasks.Reporting.Writers.Comparison;

/// <summary>Reads a report, an artifact or a runnable model for comparison.</summary>
internal static class ComparisonReader
{
    private const long LargestReport = 256L << 20;

    /// <exception cref="CompressException">
    /// CT5007 to CT5009: there is no such file, or it is no report of this version; CT3xxx: the artifact is damaged; CT20xx: the model is.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public static ComparisonSide Read(string path)
    {
        if (!File.Exists(path))
            throw ComparisonDiagnostics.NotFound(path);
        DiskFile.Require(path);
        if (string.Equals(Path.GetExtension(path), ".onnxz", StringComparison.OrdinalIgnoreCase) || ArtifactFormat.IsArtifact(path))
        {
            using var artifact = ArtifactReader.Open(path);
            return ComparisonSide.OfArtifact(artifact, entry => Chunk.IsExact(artifact.ReadChunk(entry).Span));
        }

        if (IsModel(path))
            return ComparisonSide.OfModel(Inspector.Model(path, hashes: true)) ?? throw ComparisonDiagnostics.NotAReport(path, 0,
                "it is a model, which 'dotnet compress verify ARTIFACT --against MODEL' compares with its artifact");
        return ComparisonSide.OfReport(path, ReadReport(path, Bytes(path)));
    }

    /// <summary>Whether a file can be compared: of models only those that are runnable.</summary>
    public static bool CanRead(string path)
    {
        try
        {
            return File.Exists(path) && (!IsModel(path) || Inspector.Model(path).Weights.Any(weight => weight.StandsFor is not null));
        }
        catch (CompressException)
        {
            return false;
        }
    }

    private static bool IsModel(string path) => string.Equals(Path.GetExtension(path), ".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>As many as the file has when it is opened: a device has none, and no end either.</summary>
    private static byte[] Bytes(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > LargestReport)
            throw ComparisonDiagnostics.NotAReport(path, 0, $"it is larger than {LargestReport >> 20} MiB");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <param name="path">What diagnostics call the report.</param>
    /// <param name="json">Its bytes.</param>
    /// <exception cref="CompressException">CT5008 or CT5009: it is no report of this version.</exception>
    public static CompressionReport ReadReport(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Array)
                throw ComparisonDiagnostics.NotAReport(path, 0, "it is a list, such as '--json' prints for several models");
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("schemaVersion", out var version) || !version.TryGetInt32(out var number))
                throw ComparisonDiagnostics.NotAReport(path, 0, "it has no \"schemaVersion\"");
            if (number != CompressionReport.CurrentSchemaVersion)
                throw ComparisonDiagnostics.OtherVersion(path, number);
            var report = JsonReport.ReadCompression(document.RootElement);
            return IsComplete(report) ? report! : throw ComparisonDiagnostics.NotAReport(path, 0, "a list in it has a null");
        }
        catch (JsonException) when (!json.Contains((byte)'{'))
        {
            throw ComparisonDiagnostics.NotAReport(path, 0, "it is no JSON");
        }
        catch (JsonException error)
        {
            throw ComparisonDiagnostics.NotAReport(path, (int)(error.LineNumber + 1 ?? 0), error.Message.TrimEnd('.'));
        }
        catch (InvalidOperationException error)
        {
            throw ComparisonDiagnostics.NotAReport(path, 0, error.Message.TrimEnd('.'));
        }
    }

    /// <summary>Whether no list has a null in it, which JSON allows and no report has.</summary>
    private static bool IsComplete(CompressionReport? report) =>
        report is not null
        && report.Weights.All(weight => weight?.Path is not null)
        && report.Coverage.Kept.All(kept => kept?.Path is not null)
        && report.Coverage.Shared.All(shared => shared?.With is not null)
        && report.Gate.Checks.All(check => check?.Name is not null)
        && (report.Outputs is not { } outputs || outputs.Outputs.All(output => output?.Name is not null));
}
