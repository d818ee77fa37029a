using System.CommandLine;

namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>Where the command line, or a build, lets ONNX Runtime be searched.</summary>
internal sealed class OnnxRuntimeOptions
{
    public const string LibraryName = "--onnxruntime";
    public const string AssetsFileName = "--project-assets";

    private readonly Option<string?> _library = new(LibraryName)
    {
        Description = "The native library of ONNX Runtime that runs models for gate.outputs and calibrations, or its folder, in place of the tool's.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _assetsFile = new(AssetsFileName)
    {
        Description = "The project.assets.json of the project that is being built.",
        HelpName = "FILE",
        Hidden = true,
    };

    private readonly Option<bool> _mayRestore = new("--restore-onnxruntime")
    {
        Description = "Let NuGet fetch ONNX Runtime where it is missing.",
        Hidden = true,
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_library, _assetsFile, _mayRestore])
            command.Add(option);
    }

    public OnnxRuntimeSearch Read(ParseResult parsed) => new(parsed.GetValue(_library), parsed.GetValue(_assetsFile), parsed.GetValue(_mayRestore));
}
