using System.CommandLine;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Spec.Schema;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress schema</c>: the JSON Schema of the spec, for editors.</summary>
internal static class SchemaCommand
{
    /// <summary>The name that <c>init</c> writes it under, beside the spec.</summary>
    public const string FileName = "compress.schema.json";

    public static Command Create(ToolConsole console)
    {
        var output = CommonOptions.OutputPath("FILE", "Write the schema into a file instead of to standard output.");
        var force = CommonOptions.Force();
        var command = new Command("schema", "Prints the JSON Schema of the spec, with which editors complete and check it.") { output, force };
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(output) is not { } target)
            {
                console.WriteResult(JsonSchema.Write());
                return ExitCode.Done;
            }

            if (!parsed.GetValue(force) && File.Exists(target))
                throw new CompressException(ToolDiagnostics.FileExists(target));
            LocatedErrors.At(target, () => ReplacedFile.Write(target, JsonSchema.Write(), cancellationToken));
            console.WriteResult(target + Environment.NewLine);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Whether a file may be replaced without being asked: it is not there, or is this schema as some version wrote it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool MayReplace(string path)
    {
        if (!File.Exists(path))
            return true;
        DiskFile.Require(path);
        return File.ReadLines(path).Take(10).Any(line => line.Contains($"\"title\": \"{JsonSchema.Title}\"", StringComparison.Ordinal));
    }
}
