namespace CompressTasks.Artifacts;

/// <summary>A place in a restored file that a weight's payload fills.</summary>
/// <remarks>A class: all lists of classes share the code that .NET ships compiled, one of structs is compiled at every start of an app.</remarks>
/// <param name="File">The file's position in the list of files.</param>
/// <param name="Offset">Bytes before it in the restored file.</param>
/// <param name="Length">Bytes, 1 to 2^31 − 1.</param>
internal sealed record ArtifactHole(int File, long Offset, int Length)
{
    public long End => Offset + Length;
}
