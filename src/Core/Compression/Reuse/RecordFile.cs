using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CompressTasks.IO;

namespace CompressTasks.Compression.Reuse;

/// <summary>
/// The file beside an artifact that keeps its record: a line with the key of the artifact and the digest of the rest, then JSON. Whatever is not
/// whole counts as missing.
/// </summary>
internal static class RecordFile
{
    public const string Extension = ".record";

    private const string Header = "CompressTasks record 1";

    public static string PathOf(string artifactPath) => artifactPath + Extension;

    /// <returns>The record of an artifact with this key, or null.</returns>
    public static ArtifactRecord? Read(string path, string artifactKey)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            DiskFile.Require(path);
            using var reader = new StreamReader(path, Encoding.UTF8);
            var first = $"{Header} {artifactKey} ";
            if (reader.ReadLine() is not { } line || !line.StartsWith(first, StringComparison.Ordinal))
                return null;
            var json = reader.ReadToEnd();
            return Digest(json) == line[first.Length..] ? JsonSerializer.Deserialize(json, RecordJsonContext.Default.ArtifactRecord) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ArtifactRecord record, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(record, RecordJsonContext.Default.ArtifactRecord);
        ReplacedFile.Write(path, $"{Header} {record.Keys.Artifact} {Digest(json)}\n{json}", cancellationToken);
    }

    private static string Digest(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
}

/// <summary>Other than in reports, what is not a number is not the same as what there is not.</summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ArtifactRecord))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
