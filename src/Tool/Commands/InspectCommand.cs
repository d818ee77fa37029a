using System.CommandLine;
using CompressTasks.Inspection;
using CompressTasks.Reporting.Writers;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress inspect FILE</c>: the weights of a model or an artifact.</summary>
internal static class InspectCommand
{
    public static Command Create(ToolConsole console)
    {
        var file = new Argument<string>("model|artifact") { Description = "A model (.onnx) or a compressed model (.onnxz)." };
        var json = CommonOptions.Json("Print the list as JSON.");
        var command = new Command("inspect", "Lists the weights of a model or an artifact, wherever it keeps them.") { file, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var inspection = string.Equals(Path.GetExtension(path), ".onnxz", StringComparison.OrdinalIgnoreCase)
                ? Inspector.Artifact(path)
                : Inspector.Model(path);
            if (parsed.GetValue(json))
                console.WriteResult(JsonReport.Write(inspection));
            else
                InspectionOutput.Write(console.Output, inspection);
            return ExitCode.Done;
        });
        return command;
    }
}
