using CompressTasks.Tool.Receipts;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>The files of a run that has passed its gate, now or in an earlier build; full paths.</summary>
internal sealed class CompletedRun(CompressionRun run, Compressor tool, Receipt receipt)
{
    private readonly ReceiptFolders _folders = run.Folders(tool);

    public IEnumerable<string> Outputs => Paths(ReceiptRole.Output);

    public IEnumerable<string> Models => Paths(ReceiptRole.Model);

    /// <summary>What is for apps: artifacts, runnable models and their external data.</summary>
    public IEnumerable<TaskItem> Artifacts(ArtifactPlaces places)
    {
        var models = Models.ToList();
        var made = new HashSet<string>(Outputs.Where(ArtifactPlaces.IsForApps), StringComparer.Ordinal);
        return made.Select(path => places.Place(path, run.OutputFolder, models,
            isOneOfTwo: made.Contains(Path.ChangeExtension(path, ".onnx")) && made.Contains(Path.ChangeExtension(path, ".onnxz"))));
    }

    /// <summary>What is in the output folder beside artifacts and reports.</summary>
    public IEnumerable<string> Bookkeeping => [run.ReceiptPath, OutputLock.PathIn(run.OutputFolder)];

    private IEnumerable<string> Paths(ReceiptRole role) =>
        receipt.Files.Where(file => file.Role == role).Select(file => _folders.FullPath(role, file.Path));
}
