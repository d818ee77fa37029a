namespace CompressTasks.Tasks;

/// <summary>The compressor, and how it is to be started.</summary>
internal sealed class Compressor(string assembly, string[] dotNetHosts, string? threads, string? verbosity, OnnxRuntimeSource onnxRuntime,
    string? recordFolder)
{
    /// <summary>Full path.</summary>
    public string Assembly { get; } = assembly;

    public string[] DotNetHosts { get; } = dotNetHosts;

    /// <summary>Empty for one per processor.</summary>
    public string? Threads { get; } = threads;

    /// <summary>Empty for the compressor's own default.</summary>
    public string? Verbosity { get; } = verbosity;

    /// <summary>Where the artifacts of other configurations may be; empty for nowhere.</summary>
    public string? RecordFolder { get; } = recordFolder;

    public OnnxRuntimeSource OnnxRuntime { get; } = onnxRuntime;
}
