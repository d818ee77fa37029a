namespace CompressTasks.Tool.Receipts;

/// <summary>The folders that a receipt's paths are relative to, so that a moved or restored tree keeps its receipts.</summary>
internal sealed class ReceiptFolders(string tool, string spec, string output)
{
    public string Spec { get; } = spec;

    public string FullPath(ReceiptRole role, string path) => Path.GetFullPath(Path.Combine(Folder(role), path));

    public string Folder(ReceiptRole role) => role switch
    {
        ReceiptRole.Tool => tool,
        ReceiptRole.Output => output,
        _ => Spec,
    };
}
