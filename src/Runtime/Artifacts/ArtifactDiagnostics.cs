using System.Globalization;
using CompressTasks.Diagnostics;

namespace CompressTasks.Artifacts;

/// <summary>Everything that can be wrong with an artifact: CT3001 and up.</summary>
internal static class ArtifactDiagnostics
{
    private const string FetchAgain = "Fetch the artifact again, or compress the model again.";

    public static CompressException NotFound(string path) =>
        Error("CT3001", path, $"There is no such artifact{(Directory.Exists(path) ? "; this is a folder" : "")}. Give the path of an .onnxz file.");

    public static CompressException CannotBeRead(string path, Exception cause) =>
        Error("CT3002", path, $"The artifact cannot be read: {cause.Message}", cause);

    public static CompressException Empty(string path) => Error("CT3003", path, $"The file is empty (0 bytes). {FetchAgain}");

    public static CompressException LfsPointer(string path) =>
        Error("CT3004", path, "This is a Git LFS pointer, not the artifact itself. Run 'git lfs pull' in its repository.");

    public static CompressException NotAnArtifact(string path, ReadOnlySpan<byte> start) =>
        Error("CT3005", path,
            $"This is not an artifact: it starts with {Convert.ToHexString(start)} instead of {Convert.ToHexString(ArtifactFormat.Magic)}. An "
                + $"artifact is made by 'dotnet compress'; an .onnx model needs no opening.");

    public static CompressException UnknownVersion(string path, int version) =>
        Error("CT3006", path,
            string.Create(CultureInfo.InvariantCulture,
                $"The artifact has format version {version}, and this program reads version {ArtifactFormat.Version}. Update CompressTasks, or "
                    + $"compress the model again with this version."));

    public static CompressException Truncated(string path, long length) =>
        Error("CT3007", path,
            string.Create(CultureInfo.InvariantCulture,
                $"The artifact is incomplete: its {length} bytes do not end with a whole footer. {FetchAgain}"));

    public static CompressException DamagedIndex(string path, string found, Exception? cause = null) =>
        Error("CT3008", path, $"The index is damaged: {found}. {FetchAgain}", cause);

    public static CompressException DamagedSkeleton(string path, string found, Exception? cause = null) =>
        Error("CT3009", path, $"The model's skeleton is damaged: {found}. {FetchAgain}", cause);

    public static CompressException DamagedWeight(string path, string weight, string found, Exception? cause = null) =>
        Error("CT3010", path, $"The weight '{weight}' is damaged: {found}. {FetchAgain}", cause);

    public static CompressException WrongPayload(string path, string weight, PayloadHash found, PayloadHash expected) =>
        Error("CT3011", path,
            $"The weight '{weight}' decodes to other values than when it was compressed: hash {found} instead of {expected}. Its bytes are intact, "
                + $"so this is an error of CompressTasks or of the processor; please report it.");

    public static CompressException Contradiction(string path, string found) =>
        Error("CT3012", path, $"The index contradicts itself: {found}. Do not use this artifact; compress the model again.");

    public static CompressException CannotBeWritten(string path, Exception cause) =>
        Error("CT3013", path, $"The artifact cannot be written: {cause.Message}", cause);

    public static CompressException IndexTooLarge(string path, string found) =>
        Error("CT3020", path, string.Create(CultureInfo.InvariantCulture,
            $"No reader takes the artifact's index: {found}. Shorten the names of the model's weights, or merge small weights."));

    private static CompressException Error(string code, string path, string message, Exception? cause = null) =>
        new(new Diagnostic(code, Severity.Error, message, new SourceLocation(path)), cause);
}
