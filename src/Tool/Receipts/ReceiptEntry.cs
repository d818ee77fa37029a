namespace CompressTasks.Tool.Receipts;

/// <summary>What a file is to a run, and with that the folder that its path is relative to.</summary>
internal enum ReceiptRole
{
    /// <summary>Part of the tool; relative to the tool's folder.</summary>
    Tool,

    /// <summary>The spec; relative to its own folder.</summary>
    Spec,

    /// <summary>A model, its external data, or data that quality is measured on; relative to the spec's folder.</summary>
    Input,

    /// <summary>An artifact or a report; relative to the receipt's folder.</summary>
    Output,
}

/// <summary>One file of a run.</summary>
internal sealed class ReceiptFile(ReceiptRole role, string path, FileStamp stamp)
{
    public ReceiptRole Role { get; } = role;

    /// <summary>Relative to the folder of its role, with forward slashes.</summary>
    public string Path { get; } = path;

    public FileStamp Stamp { get; } = stamp;
}

/// <summary>One pattern of the spec that finds models.</summary>
internal sealed class ReceiptGlob(string pattern, string digest)
{
    /// <summary>Relative to the spec's folder.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>From <see cref="GlobListing.Digest"/>.</summary>
    public string Digest { get; } = digest;
}
