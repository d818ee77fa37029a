using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.Spec.Yaml;
using CompressTasks.Tool.Commands;
using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tool.Watching;

/// <summary>Finds what a run reads, before it runs and even if it cannot.</summary>
internal static class WatchedRun
{
    /// <param name="options">The options of the command line.</param>
    /// <param name="parsed">Their values.</param>
    /// <param name="before">What the last run read, which counts as long as nobody knows better; null at first.</param>
    public static WatchedFiles Find(SpecOptions options, ParseResult parsed, WatchedFiles? before)
    {
        var watched = new WatchedFiles();
        foreach (var word in options.Words(parsed))
            AddWord(watched, word);
        foreach (var model in options.Models(parsed))
            watched.Add(model);
        IReadOnlyList<string> inputs = [];
        try
        {
            inputs = options.Inputs(parsed);
        }
        catch (CompressException)
        {
            // The run says what is wrong.
        }

        foreach (var input in inputs)
        {
            watched.Add(input);
            if (Load(options, parsed, input) is { } job)
                Add(watched, job);
            else if (before is not null)
                watched.Add(before);
        }

        if (inputs.Count == 0 && before is not null)
            watched.Add(before);
        return watched;
    }

    /// <summary>As <see cref="SpecInputs"/> takes it.</summary>
    private static void AddWord(WatchedFiles watched, string word)
    {
        if (!File.Exists(word) && Directory.Exists(word))
            watched.AddGlob("*.onnx", word);
        else if (!File.Exists(word) && word.Contains('*', StringComparison.Ordinal))
            watched.AddGlob(word.Replace('\\', '/'), ".");
        else
            watched.Add(word);
    }

    /// <summary>A spec of which only the models are missing is known nevertheless.</summary>
    private static SpecJob? Load(SpecOptions options, ParseResult parsed, string input)
    {
        try
        {
            return options.Load(parsed, input);
        }
        catch (CompressException)
        {
            if (SpecInputs.IsModel(input))
                return null;
        }

        try
        {
            return new(CompressionSpec.Parse(SpecText.Load(input), input), new CompressionOptions());
        }
        catch (CompressException)
        {
            return null;
        }
    }

    private static void Add(WatchedFiles watched, SpecJob job)
    {
        var (spec, options) = job;
        foreach (var path in SpecListings.Paths(spec))
            watched.Add(path, spec.Folder);
        foreach (var pattern in SpecListings.OfModelsAndSamples(spec))
            watched.AddGlob(pattern, spec.Folder);
        foreach (var pattern in SpecListings.OfMetrics(spec))
            watched.AddGlobOfProgram(pattern, spec.Folder);
        try
        {
            watched.Except(Compressor.WrittenPaths(spec, options));
            foreach (var model in spec.FindModels())
                AddExternalData(watched, model.Path);
        }
        catch (CompressException)
        {
            // A model is missing: the run says so, and its path is watched.
        }
    }

    private static void AddExternalData(WatchedFiles watched, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            using var model = OnnxModel.Open(path);
            foreach (var file in model.Files.Skip(1))
                watched.Add(file.Name, folder);
        }
        catch (CompressException)
        {
            // What it lacks will appear beside it.
            watched.AddGlob("*", folder);
        }
    }
}
