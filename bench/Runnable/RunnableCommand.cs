using System.Diagnostics;
using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>
/// <c>dotnet run -c Release --project bench -- runnable [MODEL …] [--pairs 40] [--node FOLDER] [--samples FOLDER] [--page]</c>: measures runnable
/// models, and fails when ONNX Runtime does not fuse what it should. With <c>--node</c>, where <c>npm install onnxruntime-node</c> was said, it fails
/// as well when Node's computes something else. With <c>--samples</c>, models and samples that are made are written and nothing else; with
/// <c>--page</c>, tables are stored for <c>docs/runnable.md</c>.
/// </summary>
internal static class RunnableCommand
{
    private const string Options = "[--pairs 40] [--node FOLDER] [--samples FOLDER] [--page]";
    private static readonly string _usage = $"usage: runnable {string.Join(' ', RunnableModel.All.Select(model => $"[{model.Key}]"))} {Options}";

    public static int Run(string[] args)
    {
        var (page, pairs, samples, models) = (false, 40, (string?)null, new List<RunnableModel>());
        NodeRuntime? node = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--page")
                page = true;
            else if (args[i] == "--node" && i + 1 < args.Length)
                node = new(args[++i]);
            else if (args[i] == "--samples" && i + 1 < args.Length)
                samples = args[++i];
            else if (args[i] == "--pairs" && i + 1 < args.Length && int.TryParse(args[++i], out var count) && count > 0)
                pairs = count;
            else if (RunnableModel.All.FirstOrDefault(model => model.Key == args[i]) is { } model)
                models.Add(model);
            else
            {
                Console.Error.WriteLine($"'{args[i]}' is not understood; {_usage}");
                return 1;
            }
        }

        var watch = Stopwatch.StartNew();
        foreach (var model in models.Count > 0 ? models : RunnableModel.All)
        {
            if (samples is not null)
            {
                model.Prepare(Directory.CreateDirectory(samples).FullName);
                continue;
            }

            var table = RunnablePage.Table(
                RunnableFigures.Measure(model, pairs, node, what => Console.Error.WriteLine($"{watch.Elapsed:hh\\:mm\\:ss} {model.Title}: {what}")));
            Console.WriteLine(table);
            if (page)
                RunnablePage.Store(model.Key, table);
        }

        return 0;
    }
}
