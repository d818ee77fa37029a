using System.Buffers;

namespace CompressTasks.Spec;

/// <summary>The file name of an artifact.</summary>
internal static class ArtifactName
{
    public const string Extension = ".onnxz";

    /// <summary>That of a model.</summary>
    public const string ModelExtension = ".onnx";

    // Windows' list; the others' are part of it. A spec that works on one system should work on all.
    private static readonly SearchValues<char> _forbidden = SearchValues.Create("/\\<>:\"|?*");

    /// <summary>Whether the name, without extension, is one file name on every system.</summary>
    public static bool IsValid(string name) =>
        !name.AsSpan().ContainsAny(_forbidden)
        && !name.Any(char.IsControl)
        && !name.EndsWith('.')
        && !name.EndsWith(' ');
}
