using System.Diagnostics;
using CompressTasks.Benchmarks.Chart;
using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>Measures what an output quality costs, and writes the page <c>outputs.md</c> with its picture.</summary>
internal static class OutputsCommand
{
    public static int Run(string[] args)
    {
        OutputsOptions options;
        try
        {
            options = OutputsOptions.Parse(args);
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        var watch = Stopwatch.StartNew();
        var models = options.Models
            .Select(model =>
                OutputFigures.Measure(model, options.Targets(model),
                    what => Console.Error.WriteLine($"{watch.Elapsed:mm\\:ss} {model.Title}: {what}")))
            .ToList();
        PageFile.Write(options.Output, "outputs.md", OutputsPage.Write(options, models));
        if (!options.Quick && models.FirstOrDefault(figures => figures.Model == OutputModel.Sample) is { } sample)
            PageFile.Write(options.Output, "images/outputs.svg", OutputsPicture.Draw(sample));
        Console.Error.WriteLine($"{watch.Elapsed:mm\\:ss} done");
        return 0;
    }
}
