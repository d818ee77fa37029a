using CompressTasks.Diagnostics;

namespace CompressTasks.Onnx;

/// <summary>Everything that can be wrong with a model: CT2001 and up.</summary>
internal static class ModelDiagnostics
{
    public static CompressException NotFound(string path) =>
        Error("CT2001", path, $"There is no such model file{(Directory.Exists(path) ? "; this is a folder" : "")}. Give the path of an .onnx file.");

    public static CompressException CannotBeRead(string path, Exception cause) =>
        Error("CT2002", path, $"The file cannot be read: {cause.Message}", cause);

    public static CompressException Empty(string path) =>
        Error("CT2003", path, $"The model file is empty (0 bytes). Fetch or export the model again.");

    public static CompressException LfsPointer(string path) =>
        Error("CT2004", path, $"This is a Git LFS pointer, not the model itself. Run 'git lfs pull' in its repository.");

    public static CompressException TooLarge(string path, long length) =>
        Error("CT2005", path,
            $"The file has {length} bytes; {Array.MaxLength} are the most that a model file may have. Save the model with external data, or mend the file.");

    public static CompressException NotOnnx(string path, string found) =>
        Error("CT2006", path, $"This is no ONNX model: found {found}. Export the model to ONNX and give the path of that file.");

    public static CompressException IsArtifact(string path) =>
        Error("CT2006", path,
            $"This is an artifact, compressed already. Give the model that it was made from, or write one with 'dotnet compress restore'.");

    public static CompressException NoGraph(string path) =>
        Error("CT2007", path,
            $"The file holds no ONNX graph. It is another kind of protobuf file, or it was cut off before the graph; fetch or export the model again.");

    public static CompressException Truncated(string path, long length, long offset, ulong missing) =>
        Error("CT2008", path,
            $"The file is cut off: it ends after {length} bytes, but the field at byte {offset} needs {missing} more. Fetch or export the model again.");

    public static CompressException Malformed(string path, long offset, string found) =>
        Error("CT2009", path, $"The file is damaged at byte {offset}: {found}. Fetch or export the model again.");

    public static CompressException Unparsable(string path, Exception cause) =>
        Error("CT2009", path, $"The file is damaged: {cause.Message} Fetch or export the model again.", cause);

    public static CompressException NestedTooDeeply(string path, long offset, int limit) =>
        Error("CT2010", path,
            $"The message at byte {offset} lies more than {limit} levels deep; ONNX Runtime takes half as many. Flatten the model's subgraphs.");

    public static CompressException NameTooLong(string path, long offset, int length, int limit) =>
        Error("CT2011", path,
            $"The weight or subgraph at byte {offset} has a path of {length} characters; {limit} are allowed. Rename it or the nodes around it.");

    public static CompressException TooManyDimensions(string path, string weight, long offset, int count, int limit) =>
        Error("CT2096", path,
            $"Weight '{weight}' at byte {offset} has {count} dimensions; {limit} are allowed. Export the model with fewer.");

    public static CompressException NamesTooLong(string path, long offset, long limit) =>
        Error("CT2097", path,
            $"The paths of weights up to byte {offset} have over {limit} characters, more than a model of this size may. Shorten the names of nodes.");

    public static CompressException TooManyTensors(string path, long offset, long limit) =>
        Error("CT2111", path,
            $"The tensor at byte {offset} is one more than the {limit} that a model of this size may have. Remove tensors without values.");

    public static CompressException StructureTooLarge(string path, long offset, long limit) =>
        Error("CT2112", path,
            $"Nodes, attributes and names up to byte {offset}, weights left out, take over {limit} bytes of memory, more than those of a model of this size may. Remove those that are empty.");

    public static CompressException InSeveralParts(string path, string weight, long offset) =>
        Error("CT2110", path,
            $"Weight '{weight}' at byte {offset} is written in several parts, and refers to external data: readers differ in what they make of it. Export the model again.");

    public static CompressException NegativeDimension(string path, string weight, long offset, long dimension) =>
        Error("CT2012", path,
            $"Weight '{weight}' at byte {offset} has a dimension of {dimension}; a constant's dimensions are 0 or more. Export the model again.");

    public static CompressException TooManyElements(string path, string weight, long offset, IEnumerable<long> shape) =>
        Error("CT2013", path,
            $"Weight '{weight}' at byte {offset} has the shape [{string.Join(", ", shape)}], more elements than a file can hold. Export the model again.");

    public static CompressException PayloadLength(string path, string weight, long offset, string expectation, long expected, long found) =>
        Error("CT2014", path,
            $"Weight '{weight}' at byte {offset} has {found} bytes of data; {expectation} needs {expected}. Export the model again.");

    public static CompressException TensorTooLarge(string path, string weight, long bytes) =>
        Error("CT2015", path, $"Weight '{weight}' has {bytes} bytes; {Array.MaxLength} are the most that one tensor may have. Split it.");

    public static CompressException OutOfMemory(string path, string weight, long bytes, Exception cause) =>
        Error("CT2016", path,
            $"There is not enough memory to compress weight '{weight}' of {bytes} bytes. Give the process seven times as much for each thread, use fewer threads (--threads), or carry the weight exactly (stack: lossless).", cause);

    public static CompressException ExternalLocationMissing(string path, string weight) =>
        Error("CT2020", path, $"Weight '{weight}' is external data without a 'location'. Export the model again.");

    public static CompressException ExternalLocationUnsafe(string path, string location, string reason) =>
        Error("CT2021", path, $"The external data file '{location}' {reason}. Put it into the model's folder and give its path relative to it.");

    public static CompressException ExternalLinkLeadsOut(string path, string location) =>
        Error("CT2021", path,
            $"The external data file '{location}' is a link that leads out of the model's folder, and out of that of the file behind the model. Copy it into it.");

    public static CompressException RestoredOverItsData(string path, string location) =>
        Error("CT2091", path, $"The model would have the name of its own external data file '{location}'. Give it another name.");

    public static CompressException RestoredOverItsArtifact(string path, string artifact) =>
        Error("CT3092", path, $"This would overwrite the artifact {artifact}, which the model is restored from. Choose another place.");

    public static CompressException ExternalFileMissing(string path, string location, string weight) =>
        Error("CT2022", path, $"The external data file '{location}' of weight '{weight}' does not exist. Put it beside the model.");

    public static CompressException ExternalNumber(string path, string weight, string key, string value) =>
        Error("CT2023", path,
            $"The external data of weight '{weight}' has the {key} '{value}'; a whole number, 0 or more, was expected. Export the model again.");

    public static CompressException ExternalFileTooShort(string path, string location, string weight, long end, long length) =>
        Error("CT2024", path,
            $"The external data file '{location}' is too short for weight '{weight}': the weight ends at byte {end}, the file after {length}. Fetch or export the model again.");

    public static CompressException ExternalOverlap(string path, string location, string first, string second) =>
        Error("CT2025", path,
            $"The weights '{first}' and '{second}' overlap in the external data file '{location}' without being the same. Export the model again.");

    public static CompressException ExternalLengthUnknown(string path, string weight) =>
        Error("CT2026", path,
            $"Weight '{weight}' is external data of a type without a fixed size, and no 'length' is given. Export the model again.");

    public static CompressException BadLayout(string path, string found) =>
        Error("CT2030", path, $"The model cannot be put together: {found}. The artifact is damaged; make it again.");

    private static CompressException Error(string code, string path, FormattableString message, Exception? cause = null) =>
        new(new Diagnostic(code, Severity.Error, FormattableString.Invariant(message), new SourceLocation(path)), cause);
}
