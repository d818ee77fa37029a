namespace CompressTasks.Artifacts;

/// <summary>A file of the restored model.</summary>
/// <param name="Name">
/// A path relative to the model's folder, with <c>/</c> between its parts. The first file is the model, the others hold its external data.
/// </param>
/// <param name="Length">Bytes.</param>
/// <param name="OriginalSha256">
/// The SHA-256 of the file that was compressed, 64 hexadecimal digits in lower case, or empty if it is not known.
/// </param>
internal sealed record ArtifactFile(string Name, long Length, string OriginalSha256 = "");
