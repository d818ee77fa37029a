using System.CommandLine;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;
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
        var command = new Command("init",
            "Writes a commented starter spec for a model, and the schema that editors complete and check it with.") { model, output, force };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(model);
            var target = parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(path) ?? "", DefaultName);
            var schema = Path.Combine(Path.GetDirectoryName(target) ?? "", SchemaCommand.FileName);
            var overwrite = parsed.GetValue(force);
            if (!overwrite && File.Exists(target))
                throw new CompressException(ToolDiagnostics.FileExists(target));
            if (!overwrite && !SchemaCommand.MayReplace(schema))
                throw new CompressException(ToolDiagnostics.FileExists(schema));
            using var opened = OnnxModel.Open(path);
            var relative = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(target))!, Path.GetFullPath(path)).Replace('\\', '/');
            var weights = opened.Weights.Where(w => w is { IsFloatingPoint: true, IsSparse: false }).Select(w => (w.Path, w.Elements));
            ReplacedFile.Write(schema, JsonSchema.Write());
            ReplacedFile.Write(target, StarterSpec.Write(relative, weights, SchemaCommand.FileName));
            console.WriteResult(target + Environment.NewLine + schema + Environment.NewLine);
            return ExitCode.Done;
        });
        return command;
    }
}
