using System.CommandLine;
using CompressTasks.Compression.Starting;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Spec.Schema;
using CompressTasks.Tool.OnnxRuntimes;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress init MODEL</c>: a commented spec to start from, and beside it the schema that editors check it with.</summary>
internal static class InitCommand
{
    private const string DefaultName = "compress.yml";

    public static Command Create(ToolConsole console)
    {
        var model = new Argument<string>("model") { Description = "A model (.onnx)." };
        var output = CommonOptions.OutputPath("FILE",
            $"The spec to write (default: {DefaultName} beside the model). {SchemaCommand.FileName} goes beside it.");
        var force = CommonOptions.Force();
        var onnxRuntime = new OnnxRuntimeOptions();
        var command = new Command("init",
            "Writes a commented starter spec for a model, and the schema that editors complete and check it with.") { model, output, force };
        onnxRuntime.AddTo(command);
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(model);
            var target = parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(path) ?? "", DefaultName);
            var schema = Path.Combine(Path.GetDirectoryName(target) ?? "", SchemaCommand.FileName);
            var overwrite = parsed.GetValue(force);
            if (!overwrite && File.Exists(target))
                throw new CompressException(ToolDiagnostics.FileExists(target));
            if (!overwrite && !LocatedErrors.At(schema, () => SchemaCommand.MayReplace(schema)))
                throw new CompressException(ToolDiagnostics.FileExists(schema));
            using var opened = OnnxModel.Open(path);
            var started = SpecStarter.Start(opened, target, SchemaCommand.FileName, onnxRuntime.Read(parsed).WhyNotAtHand());
            LocatedErrors.At(schema, () => ReplacedFile.Write(schema, JsonSchema.Write(), cancellationToken));
            LocatedErrors.At(target, () => ReplacedFile.Write(target, started.Text, cancellationToken));
            foreach (var remark in started.Remarks)
                console.WriteLog(remark);
            console.WriteResult(target + Environment.NewLine + schema + Environment.NewLine);
            return ExitCode.Done;
        });
        return command;
    }
}
