using System.CommandLine;
using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Runtime;
using CompressTasks.Tool.Output;
using Spectre.Console;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress cache add|list|clear</c>: decoded models that programs map when they start.</summary>
internal static class CacheCommand
{
    public static Command Create(ToolConsole console)
    {
        var folder = new Option<string>("--folder")
        {
            Description = "The folder of the cache (default: the user's).",
            HelpName = "FOLDER",
            Recursive = true,
        };
        folder.Validators.Add(result =>
        {
            // A script whose variable is not set.
            if (result.Tokens is [{ Value: "" }])
                result.AddError("--folder is empty; give a path, or leave the option out.");
        });
        var command = new Command("cache", "Decoded models, which programs map from files in place of decoding them.") { folder };
        command.Add(Add(console, folder));
        command.Add(List(console, folder));
        command.Add(Clear(console, folder));
        return command;
    }

    private static Command Add(ToolConsole console, Option<string> folder)
    {
        var artifact = new Argument<string>("artifact") { Description = "A compressed model (.onnxz)." };
        var threads = CommonOptions.Threads();
        var command = new Command("add", "Decodes a model into the cache unless it is there, and prints the path of the ordinary model.")
        {
            artifact, threads,
        };
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            using var model = CompressedModel.OpenArtifact(parsed.GetRequiredValue(artifact), new() { Threads = parsed.GetThreads(threads) });
            console.WriteResult(model.Materialize(CacheIn(parsed.GetValue(folder)), progress: null, cancellationToken) + Environment.NewLine);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command List(ToolConsole console, Option<string> folder)
    {
        var command = new Command("list", "Lists the models in the cache, the one that was used last first.");
        command.SetAction(parsed =>
        {
            var cache = CacheIn(parsed.GetValue(folder));
            var models = cache.List();
            var table = new Table().AddColumn("model").AddColumn(new TableColumn("bytes").RightAligned()).AddColumn("last used");
            foreach (var model in models)
            {
                table.AddRow(Markup.Escape(PrintableText.Name(model.Path)), model.Bytes.ToString("N0", CultureInfo.InvariantCulture),
                    model.LastUsed.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
            }

            if (models.Count > 0)
                console.Output.Write(table);
            console.WriteResult(string.Create(CultureInfo.InvariantCulture,
                $"{models.Sum(model => model.Bytes):N0} bytes of {cache.MaxBytes:N0} in {PrintableText.Name(cache.Folder)}") + Environment.NewLine);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Clear(ToolConsole console, Option<string> folder)
    {
        var command = new Command("clear", "Removes all models from the cache. Programs that have them open keep what they have.");
        command.SetAction(parsed =>
        {
            var cache = CacheIn(parsed.GetValue(folder));
            var before = cache.List().Sum(model => model.Bytes);
            cache.Clear();
            console.WriteResult(string.Create(CultureInfo.InvariantCulture,
                $"{before - cache.List().Sum(model => model.Bytes):N0} bytes removed from {PrintableText.Name(cache.Folder)}") + Environment.NewLine);
            return ExitCode.Done;
        });
        return command;
    }

    private static ModelCache CacheIn(string? folder) => folder is null ? ModelCache.OfUser : new(folder);
}
