namespace CompressTasks.Tasks;

/// <summary>What can be wrong with the build around the tool (CT6xxx).</summary>
internal static class TaskDiagnostics
{
    public static TaskDiagnostic SpecNotFound(string spec) =>
        new("CT6001",
            $"The property CompressSpec names {spec}, but there is no such file. Correct the property, or remove it to use the compress.yml beside "
                + $"the project, if there is one.");

    public static TaskDiagnostic HostNotFound(IEnumerable<string> searched) =>
        new("CT6002",
            $"The dotnet host that runs the compressor was not found; searched {string.Join(", ", searched)} and PATH. Install the .NET 10 runtime "
                + $"or later, or set DOTNET_HOST_PATH to the dotnet executable.");

    public static TaskDiagnostic ToolNotFound(string tool) =>
        new("CT6003", $"The compressor {tool} is missing from the package. Delete the package's folder from the NuGet cache and restore again.");

    public static TaskDiagnostic ToolFailed(int exitCode, string lastOutput) =>
        new("CT6004",
            $"The compressor ended with exit code {exitCode} and without a diagnostic. It needs the .NET 10 runtime or later. The last lines of "
                + $"its output: {(lastOutput.Length == 0 ? "none." : lastOutput)}");

    public static TaskDiagnostic NotCompressed(string spec) =>
        new("CT6005",
            $"There is nothing to publish for {spec}: the last build did not compress its models with success, and this one must not build. Build "
                + $"the project first, in the same configuration.");

    public static TaskDiagnostic NoReceipt(string receipt) =>
        new("CT6006",
            $"The compressor ended without an error, but its receipt {receipt} cannot be read. Check that nothing else writes to this folder.");

    public static TaskDiagnostic InvalidSetting(string name, string value, string expected) =>
        new("CT6007", $"{name} is '{value}', but must be {expected}. Correct the property, or the item's metadata.");

    public static TaskDiagnostic ModelNotFound(string model) =>
        new("CT6008", $"An item CompressModel names {model}, but there is no such file. Correct its Include, which is relative to the project.");

    public static TaskDiagnostic ItemSpecNotFound(string spec) =>
        new("CT6009",
            $"The metadata Spec of an item CompressModel names {spec}, but there is no such file. Correct it, or remove it to compress the model "
                + $"without a spec.");

    public static TaskDiagnostic SameArtifact(string place, IEnumerable<string> artifacts) =>
        new("CT6010",
            $"Several models of this project become {place}, and the output folder has room for one: {string.Join(", ", artifacts)}. Compress the "
                + $"model once, rename one model, give it a name in its spec, or a TargetPath as item CompressModel.");

    public static TaskDiagnostic FolderNotWritable(string folder, string reason) =>
        new("CT6011", $"Artifacts cannot be written to {folder}: {reason} Check the permissions, or set CompressOutputPath.");

    public static TaskDiagnostic PlaceTaken(string place, string made, string model) =>
        new("CT6012",
            $"{made} and the model {model}, which the project copies as well, both go to {place}, where there is room for one. Let the first take "
                + $"the model's place (CompressExcludeOriginal is true by default), or give one of them another: a Link of the model, a name in the "
                + $"spec, or a TargetPath as item CompressModel.");
}
