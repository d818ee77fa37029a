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
        IReadOnlyList<StackFigures> sampleStacks = [];
        IReadOnlyList<StackFigures> recStacks = [];
        foreach (var model in options.Models)
        {
            void Progress(string what) => Console.Error.WriteLine($"{watch.Elapsed:mm\\:ss} {model.Title}: {what}");

            var set = WeightSet.Read(model.FindFile());
            models.Add(ModelFigures.Measure(model, set, options, Progress));
            if (model == CorpusModel.Sample)
            {
                Progress("stacks");
                sampleStacks = [.. StackFigures.PaperStacks.Select(stages => StackFigures.Measure(set, stages, [SampleTarget]))];
            }
            else if (model == CorpusModel.Rec)
            {
                Progress("stacks");
                recStacks = [.. StackFigures.PaperStacks.Select(stages => StackFigures.Measure(set, stages, stages == DrawnStack ? options.Targets : []))];
            }
        }

        Write(options.Output, "benchmarks.md", BenchmarkPage.Write(options, models, sampleStacks, recStacks));
        if (models.FirstOrDefault(figures => figures.Model == CorpusModel.Rec) is { } rec)
        {
            Write(options.Output, "images/rate-distortion.svg", RateDistortionPicture.Draw(rec, recStacks));
            Write(options.Output, "images/bound.svg", BoundPicture.Draw(rec));
        }

        Console.Error.WriteLine($"{watch.Elapsed:mm\\:ss} done");
        return 0;
    }

    private static void Write(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        Console.WriteLine(path);
    }
}
