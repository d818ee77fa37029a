using System.Diagnostics;
using CompressTasks.Benchmarks.Chart;
using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>Measures the corpus and writes the page <c>benchmarks.md</c> with its picture.</summary>
internal static class CorpusCommand
{
    private const double SampleTarget = 0.99;

    /// <summary>The stack of the closed loop that is drawn.</summary>
    private const string DrawnStack = "gaussian, pca: { keep: 0.25 }";

    public static int Run(string[] args)
    {
        CorpusOptions options;
        try
        {
            options = CorpusOptions.Parse(args);
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        var watch = Stopwatch.StartNew();
        var models = new List<ModelFigures>();
        var stages = new List<StageFigures>();
        foreach (var model in options.Models)
        {
            void Progress(string what) => Console.Error.WriteLine($"{watch.Elapsed:mm\\:ss} {model.Title}: {what}");

            var set = WeightSet.Read(model.FindFile());
            models.Add(ModelFigures.Measure(model, set, options, Progress));
            if (model != CorpusModel.Sample && model != CorpusModel.Rec)
                continue;
            Progress("stages");
            stages.Add(StageFigures.Measure(model, set, stack => Targets(model, stack, options)));
        }

        PageFile.Write(options.Output, "benchmarks.md", BenchmarkPage.Write(options, models, stages));
        if (models.FirstOrDefault(figures => figures.Model == CorpusModel.Rec) is { } rec)
        {
            PageFile.Write(options.Output, "images/rate-distortion.svg",
                RateDistortionPicture.Draw(rec, stages.Single(figures => figures.Model == CorpusModel.Rec).Stacks));
            PageFile.Write(options.Output, "images/bound.svg", BoundPicture.Draw(rec));
        }

        Console.Error.WriteLine($"{watch.Elapsed:mm\\:ss} done");
        return 0;
    }

    /// <summary>The sample compares all stacks at one target, the picture shows one stack at all of them.</summary>
    private static IReadOnlyList<double> Targets(CorpusModel model, string stack, CorpusOptions options) =>
        model == CorpusModel.Sample ? [SampleTarget]
        : stack == DrawnStack ? options.Targets
        : [];
}
