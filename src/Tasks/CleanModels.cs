using CompressTasks.IO;
using CompressTasks.Tool.Receipts;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace CompressTasks.Tasks;

/// <summary>
/// Removes what runs have made in a folder that is not the package's own, by their lists of it: other files there may have names like theirs, and belong
/// to somebody. A file that was changed since stays.
/// </summary>
public sealed class CleanModels : Task
{
    private static readonly string[] _own = ["compress.receipt", "compress.receipt.outputs", "compress.lock", "compress.stamp"];

    /// <summary>The folder of artifacts, reports and receipts; full path.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (!Directory.Exists(OutputFolder))
            return true;
        foreach (var folder in Directory.GetDirectories(OutputFolder, "compress.*"))
        {
            if (Clean(folder))
                RemoveEmpty(folder);
        }

        Clean(OutputFolder);
        return true;
    }

    /// <returns>Whether runs have written there.</returns>
    private bool Clean(string folder)
    {
        try
        {
            var receipt = Path.Combine(folder, _own[0]);
            if ((Receipt.Read(receipt + ".outputs") ?? Receipt.Read(receipt)) is not { } made)
                return false;
            foreach (var file in made.Files.Where(file => file.Role == ReceiptRole.Output))
            {
                var path = Path.GetFullPath(Path.Combine(folder, file.Path));
                if (File.Exists(path) && (file.Stamp.Length < 0 || file.Stamp.Compare(new FileInfo(path)) is not null))
                    File.Delete(path);
                ReplacedFile.RemoveLeftovers(path);
                if (!string.Equals(Path.GetDirectoryName(path), folder, StringComparison.Ordinal))
                    RemoveEmpty(Path.GetDirectoryName(path)!);
            }

            foreach (var name in _own)
                File.Delete(Path.Combine(folder, name));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.LogMessage(MessageImportance.Normal, "What CompressTasks has made in '{0}' cannot be removed: {1}", folder, error.Message);
            return false;
        }
    }

    /// <summary>Removes a folder in which nothing is left but folders of that kind.</summary>
    private static void RemoveEmpty(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var inner in Directory.GetDirectories(folder))
            RemoveEmpty(inner);
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }
}
