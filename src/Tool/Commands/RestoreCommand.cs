using System.CommandLine;
using CompressTasks.Diagnostics;
using CompressTasks.Runtime;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress restore ARTIFACT</c>: an ordinary model from an artifact.</summary>
internal static class RestoreCommand
{
    public static Command Create(ToolConsole console)
    {
        var artifact = new Argument<string>("artifact") { Description = "A compressed model (.onnxz)." };
        var output = CommonOptions.OutputPath("FILE", "The model to write (default: the artifact's name with .onnx, in the current folder).");
        var force = CommonOptions.Force();
        var threads = CommonOptions.Threads();
        var alignment = CommonOptions.Alignment();
        var externalData = new Option<bool>("--external-data")
        {
            Description = "Put the tensors of 4 KiB or more of a model that is one file into external data, NAME.onnx.data beside NAME.onnx, from "
                + "where programs map them: the model loads faster. External data of the original is aligned (--alignment).",
        };
        var command = new Command("restore", "Writes an ordinary ONNX model, and its external data where the original had some.") { artifact, output,
            force, threads, alignment, externalData };
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(artifact);
            var target = parsed.GetValue(output) ?? Path.ChangeExtension(Path.GetFileName(path), ".onnx");
            var overwrite = parsed.GetValue(force);
            if (!overwrite && File.Exists(target))
                throw new CompressException(ToolDiagnostics.FileExists(target));
            using var model = CompressedModel.OpenArtifact(path);
            LocatedErrors.At(target,
                () => model.Restore(target, overwrite, parsed.GetThreads(threads), parsed.GetValue(alignment), parsed.GetValue(externalData),
                    cancellationToken));
            console.WriteResult(target + Environment.NewLine);
            return ExitCode.Done;
        });
        return command;
    }
}
