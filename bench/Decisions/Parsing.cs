using System.Diagnostics;
using System.Globalization;
using CompressTasks.Artifacts;
using CompressTasks.Compression;
using CompressTasks.Corpus;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Decisions;

/// <summary>Own readers of protobuf messages and Google.Protobuf, each in fresh processes:
/// what has to be compiled and loaded is a good part of it.</summary>
internal static class Parsing
{
    public const string Command = "parsing-probe";

    private const int Processes = 9;

    /// <summary>The structure of a model, without a copy of its weights.</summary>
    public static void Model() => Compare(NpmModels.Rec, "model", "model-protobuf");

    /// <summary>The index of an artifact.</summary>
    public static void Index()
    {
        var folder = Directory.CreateTempSubdirectory("compresstasks-index-");
        try
        {
            var options = new CompressionOptions { Output = folder.FullName };
            var spec = CompressionSpec.ForModel(Path.GetFullPath(NpmModels.Rec), 0.99);
            var artifact = Compressor.Run(spec, options, null, CancellationToken.None).Single().ArtifactPath;
            var index = Path.Combine(folder.FullName, "index");
            using (var reader = ArtifactReader.Open(artifact))
                File.WriteAllBytes(index, ArtifactIndexWriter.ToBytes(new(reader.Producer, reader.Files, reader.Entries, default)));
            Compare(index, "index", "index-protobuf");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One reading, in this process.</summary>
    public static void Probe(string way, string file)
    {
        var watch = Stopwatch.StartNew();
        using IDisposable read = way switch
        {
            "model" => OnnxModel.Open(file),
            "model-protobuf" => Done(ModelProto.Parser.ParseFrom(File.ReadAllBytes(file))),
            "index" => Done(ArtifactIndexParser.Parse(File.ReadAllBytes(file), long.MaxValue / 2)),
            _ => Done(CompressTasks.Artifacts.Wire.Index.Parser.ParseFrom(File.ReadAllBytes(file))),
        };
        var elapsed = watch.Elapsed.TotalMilliseconds;
        using var process = Process.GetCurrentProcess();
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{elapsed} {process.PeakWorkingSet64 / 1e6}"));
    }

    private static MemoryStream Done(object read)
    {
        GC.KeepAlive(read);
        return new();
    }

    private static void Compare(string file, string taken, string other)
    {
        var figures = new List<(double[] Taken, double[] Other)>();
        for (var i = 0; i < Processes; i++)
            figures.Add((Start(taken, file), Start(other, file)));
        var own = (Milliseconds: figures.Min(f => f.Taken[0]), Megabytes: figures.Min(f => f.Taken[1]));
        var protobuf = (Milliseconds: figures.Min(f => f.Other[0]), Megabytes: figures.Min(f => f.Other[1]));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"own {own.Milliseconds:F1} ms, peak {own.Megabytes:F1} MB; Google.Protobuf {protobuf.Milliseconds:F1} ms, peak "
                + $"{protobuf.Megabytes:F1} MB"));
    }

    private static double[] Start(string way, string file)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Command, way, file]) { RedirectStandardOutput = true })!;
        var figures = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return Array.ConvertAll(figures, figure => double.Parse(figure, CultureInfo.InvariantCulture));
    }
}
