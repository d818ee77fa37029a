using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>Tells by a file's first bytes what it is when it is no ONNX model.</summary>
internal static class FileSignature
{
    /// <summary>As many bytes of a file tell.</summary>
    public const int Length = 512;

    /// <exception cref="Diagnostics.CompressException">The file is something else.</exception>
    public static void RequireModel(string path, ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("version https://git-lfs"u8))
            throw ModelDiagnostics.LfsPointer(path);
        if (IsArtifact(file))
            throw ModelDiagnostics.IsArtifact(path);
        if (Recognize(file) is { } found)
            throw ModelDiagnostics.NotOnnx(path, found);
        if (!BeginsLikeModel(file[0]))
            throw ModelDiagnostics.NotOnnx(path, "bytes that no ONNX model begins with");
    }

    /// <summary>Whether a file that begins so may be a model.</summary>
    public static bool IsModel(ReadOnlySpan<byte> start) =>
        start.Length > 0 && !start.StartsWith("version https://git-lfs"u8) && !IsArtifact(start)
        && Recognize(start) is null && BeginsLikeModel(start[0]);

    /// <summary>As <c>docs/artifact-format.md</c> has it.</summary>
    private static bool IsArtifact(ReadOnlySpan<byte> file) => file is [0x89, (byte)'O', (byte)'N', (byte)'X', (byte)'Z', ..];

    private static string? Recognize(ReadOnlySpan<byte> file) => file switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => "a zip archive (a PyTorch checkpoint, a NuGet package?)",
        [0x1F, 0x8B, ..] => "a gzip file",
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file (a Keras model?)",
        [0x93, (byte)'N', (byte)'U', (byte)'M', ..] => "a NumPy array",
        [0x80, >= 2 and <= 5, ..] => "a Python pickle (a PyTorch checkpoint?)",
        [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => "a GGUF model",
        [_, _, _, _, (byte)'T', (byte)'F', (byte)'L', (byte)'3', ..] => "a TensorFlow Lite model",
        [_, _, _, _, (byte)'O', (byte)'R', (byte)'T', (byte)'M', ..] => "a model in ONNX Runtime's own format",
        [_, _, _, _, _, _, 0, 0, (byte)'{', ..] => "a safetensors file",
        _ => IsText(file) ? "a text file" : null,
    };

    // Models begin with ir_version, whose tag is 8; what comes next has tags and lengths below 32 as well. No text has such bytes but white space.
    private static bool IsText(ReadOnlySpan<byte> file)
    {
        foreach (var value in file[..Math.Min(file.Length, Length)])
        {
            if (value < 32 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
                return false;
        }

        return true;
    }

    private static bool BeginsLikeModel(byte tag) => (tag >> 3, (WireType)(tag & 7)) switch
    {
        (FieldNumbers.Model.IrVersion or FieldNumbers.Model.ModelVersion, WireType.Varint) => true,
        (FieldNumbers.Model.ProducerName or FieldNumbers.Model.ProducerVersion or FieldNumbers.Model.Domain
            or FieldNumbers.Model.DocString or FieldNumbers.Model.Graph or FieldNumbers.Model.OpsetImport
            or FieldNumbers.Model.MetadataProps, WireType.LengthDelimited) => true,

        // Tags of two bytes: training_info, functions, or something newer.
        ( > 15, _) => true,
        _ => false,
    };
}
