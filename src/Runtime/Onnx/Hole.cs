namespace CompressTasks.Onnx;

/// <summary>A place in a restored model that waits for a weight's payload.</summary>
/// <remarks>A class, as <see cref="Artifacts.ArtifactHole"/> is.</remarks>
/// <param name="File">The file, an index into <see cref="ModelLayout.Files"/>.</param>
/// <param name="Offset">Bytes from the file's beginning.</param>
/// <param name="Length">Bytes, more than 0.</param>
internal sealed record Hole(int File, long Offset, int Length)
{
    public long End => Offset + Length;
}
