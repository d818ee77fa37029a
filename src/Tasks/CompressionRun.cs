using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tasks;

/// <summary>One start of the compressor, and the folder that is its own; all paths are full.</summary>
internal sealed class CompressionRun(string input, IReadOnlyList<string> models, RunSettings settings, string outputFolder, string modelRoot)
{
    private const string ReceiptName = "compress.receipt";

    /// <summary>A spec, or a model that is compressed without one.</summary>
    public string Input { get; } = input;

    /// <summary>The models in place of the spec's; none for the spec's own.</summary>
    public IReadOnlyList<string> Models { get; } = models;

    public RunSettings Settings { get; } = settings;

    public string OutputFolder { get; } = outputFolder;

    /// <summary>Below it models have folders that their artifacts keep below <see cref="OutputFolder"/>.</summary>
    public string ModelRoot { get; } = modelRoot;

    public string ReceiptPath => Path.Combine(OutputFolder, ReceiptName);

    /// <summary>What the result depends on beside the contents of files; without full paths, so that a moved tree keeps its receipts.</summary>
    public string Key => KeyOf(Input, Models, Settings);

    public ReceiptFolders Folders(Compressor tool) => new(Path.GetDirectoryName(tool.Assembly)!, Path.GetDirectoryName(Input)!, OutputFolder);

    public static string KeyOf(string input, IReadOnlyList<string> models, RunSettings settings)
    {
        if (models.Count == 0)
            return settings.Key;
        var folder = new Uri(Path.GetDirectoryName(input) + Path.DirectorySeparatorChar);
        var names = models.Select(model => Uri.UnescapeDataString(folder.MakeRelativeUri(new Uri(model)).ToString()));
        return $"{settings.Key} models={string.Join("|", names)}".TrimStart();
    }
}
