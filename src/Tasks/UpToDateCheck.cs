using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tasks;

/// <summary>Decides whether a run would only repeat the one that a receipt records.</summary>
internal sealed class UpToDateCheck
{
    private UpToDateCheck(string? change, Receipt? refreshed)
    {
        Change = change;
        Refreshed = refreshed;
    }

    /// <summary>The first change that was found, as a clause for the log, or null when all is up to date.</summary>
    public string? Change { get; }

    /// <summary>The receipt with the time stamps that the unchanged files have now, or null when none differs.</summary>
    public Receipt? Refreshed { get; }

    /// <param name="receipt">The last run that passed its gate, or null.</param>
    /// <param name="spec">The spec of this build, full path.</param>
    /// <param name="key">What else this build asks for.</param>
    /// <param name="folders">What the receipt's paths are relative to.</param>
    public static UpToDateCheck Run(Receipt? receipt, string spec, string key, ReceiptFolders folders)
    {
        if (receipt is null)
            return Changed("no earlier run has passed");
        if (!receipt.Files.Any(f => f.Role == ReceiptRole.Spec && f.Path == Path.GetFileName(spec)))
            return Changed("the last run was of another spec");
        if (receipt.Key != key)
            return Changed($"thresholds or models differ from the last run's ({(receipt.Key.Length == 0 ? "none" : receipt.Key)})");
        try
        {
            return Compare(receipt, folders);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Changed(e.Message);
        }
    }

    private static UpToDateCheck Compare(Receipt receipt, ReceiptFolders folders)
    {
        var files = new List<ReceiptFile>();
        foreach (var recorded in receipt.Files)
        {
            var file = new FileInfo(folders.FullPath(recorded.Role, recorded.Path));
            if (!file.Exists)
                return Changed($"{recorded.Path} is missing");
            if (recorded.Stamp.Compare(file) is not { } stamp)
                return Changed($"{recorded.Path} has changed");
            files.Add(ReferenceEquals(stamp, recorded.Stamp) ? recorded : new ReceiptFile(recorded.Role, recorded.Path, stamp));
        }

        if (receipt.Globs.FirstOrDefault(g => GlobListing.Digest(folders.Spec, g.Pattern) != g.Digest) is { } glob)
            return Changed($"{glob.Pattern} matches other files");
        return new UpToDateCheck(null, files.SequenceEqual(receipt.Files) ? null : receipt.With(files));
    }

    private static UpToDateCheck Changed(string change) => new(change, null);
}
