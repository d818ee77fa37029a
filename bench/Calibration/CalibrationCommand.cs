using System.Diagnostics;
using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Calibration;

/// <summary>Measures what calibration on real samples gives for real models, and what it takes.</summary>
internal static class CalibrationCommand
{
    public static int Run(IReadOnlyList<string> args)
    {
        CalibrationOptions options;
        try
        {
            options = CalibrationOptions.Parse(args);
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        var watch = Stopwatch.StartNew();
        foreach (var model in options.Models)
        {
            if (options.Samples is { } samples)
            {
                model.Prepare(Directory.CreateDirectory(samples).FullName);
                continue;
            }

            var folder = Directory.CreateTempSubdirectory("compresstasks-bench-").FullName;
            try
            {
                var figures = CalibrationFigures.Measure(model, options, folder,
                    what => Console.Error.WriteLine($"{watch.Elapsed:hh\\:mm\\:ss} {model.Title}: {what}"));
                var table = CalibrationPage.Table(figures);
                Console.WriteLine(table);
                if (options.Page)
                    CalibrationPage.Store(model.Key, table);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }
}
