namespace CompressTasks.Tool.Receipts;

/// <summary>What a file is to a run, and with that the folder that its path is relative to.</summary>
internal enum ReceiptRole
{
    /// <summary>Part of the tool; relative to the tool's folder.</summary>
    Tool,

    /// <summary>The spec; relative to its own folder.</summary>
    Spec,

    /// <summary>A model or its external data; relative to the spec's folder.</summary>
    Model,

    /// <summary>Data that quality is measured on; relative to the spec's folder.</summary>
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

/// <summary>One pattern of the spec that finds models or samples.</summary>
internal sealed class ReceiptGlob(string pattern, string digest)
{
    /// <summary>Relative to the spec's folder.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>From <see cref="GlobListing.Digest"/>.</summary>
    public string Digest { get; } = digest;
}

/// <summary>What a run that passed had to say nevertheless: every build says it again.</summary>
internal sealed class ReceiptWarning(string code, string file, int line, int column, string message)
{
    public string Code { get; } = code;

    /// <summary>Relative to the spec's folder; empty for none.</summary>
    public string File { get; } = file;

    /// <summary>One-based, or 0.</summary>
    public int Line { get; } = line;

    /// <summary>One-based, or 0.</summary>
    public int Column { get; } = column;

    /// <summary>One line of text.</summary>
    public string Message { get; } = message;
}
