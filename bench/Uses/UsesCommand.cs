using System.Globalization;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Compression;
using CompressTasks.Compression.Starting;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Reporting;
using CompressTasks.Runtime;
using CompressTasks.Spec;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Uses;

/// <summary>
/// <c>dotnet run -c Release --project bench -- uses [MODEL ...]</c>: what a gate on weights says of real models, and what apps get from them:
/// each weight alike at R² 0.99, the defaults of a run without a spec, and the spec that <c>init</c> writes.
/// </summary>
internal static class UsesCommand
{
    private static readonly IReadOnlyList<IUse> _uses =
    [
        new LineReading(),
        new WakeWord(),
        new SpeechFinding("Silero v5", () => NpmModels.SileroV5),
        new SpeechFinding("Silero v6", () => NpmModels.SileroV6),
        new Retrieval(),
        new IntegerModel(),
    ];

    private static readonly IReadOnlyList<(string Title, Func<string, CompressionSpec> Spec)> _ways =
    [
        ("every weight at 0.99", path => CompressionSpec.Parse($$"""
            models: [ {{OutputModel.Quoted(path)}} ]
            rules: [ { weights: "**", tables: code, stack: [ quantize: { r2: 0.99 } ] } ]
            gate: { r2: 0.99 }
            report: []
            """, path)),
        ("`--r2 0.99`", path => CompressionSpec.ForModel(path, 0.99)),
        ("`--r2 0.999`", path => CompressionSpec.ForModel(path, 0.999)),
        ("`init`", Started),
    ];

    public static int Run(IReadOnlyList<string> titles)
    {
        Console.WriteLine("| model | | artifact, bytes | one look: R² | warned | in use |\n| --- | --- | --: | --: | --- | --- |");
        foreach (var use in _uses.Where(use => titles.Count == 0 || titles.Any(title => IsMeant(use, title))))
        {
            foreach (var (title, spec) in _ways)
                Measure(use, title, spec(use.Path));
        }

        return 0;
    }

    /// <summary>What <c>dotnet compress init</c> writes, without samples beside the model.</summary>
    private static CompressionSpec Started(string path)
    {
        using var model = OnnxModel.Open(path);
        return CompressionSpec.Parse(SpecStarter.Start(model, Path.ChangeExtension(path, ".yml"), schema: null, hindrance: null).Text, path);
    }

    private static void Measure(IUse use, string title, CompressionSpec spec)
    {
        using var folder = new TemporaryFolder("uses");
        CompressionOutcome outcome;
        try
        {
            outcome = Compressor.Run(spec, new CompressionOptions { Output = folder.FullName }, null, CancellationToken.None).Single();
        }
        catch (CompressException exception) when (exception.Diagnostics.All(diagnostic => diagnostic.Code == "CT1025"))
        {
            // A spec with nothing to code is an error, a run without one a note.
            return;
        }

        using var original = new InferenceSession(use.Path);
        using var artifact = CompressedModel.Open(outcome.ArtifactPath);
        using var restored = artifact.CreateSession();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {use.Title} | {title} | {new FileInfo(outcome.ArtifactPath).Length:N0} | {Look(outcome.Report)} | {Warned(outcome)} "
                + $"| {use.Judge(original, restored)} |"));
    }

    private static bool IsMeant(IUse use, string title) => use.Title.Contains(title, StringComparison.OrdinalIgnoreCase);

    private static string Look(CompressionReport report) => report.Probe switch
    {
        { Skipped: { } reason } => reason,
        { R2: { } r2 } => FigureText.R2(r2),
        { } => "unknown",
        null => "",
    };

    private static string Warned(CompressionOutcome outcome) =>
        outcome.Report.Weights.Count == 0 ? "nothing is coded with a loss" : string.Join(", ", outcome.Diagnostics.Select(diagnostic => diagnostic.Code));
}
