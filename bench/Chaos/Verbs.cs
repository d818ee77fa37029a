using System.Globalization;
using CompressTasks.Compression;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>The verbs that write, each in a folder of its own below one.</summary>
/// <param name="root">A folder of this process.</param>
/// <param name="settings">How many settings each has.</param>
internal sealed class Verbs(string root, int settings)
{
    /// <summary>Artifact and reports.</summary>
    public Verb Compress() => OfModel("compress", Path.Combine(root, "compress"), []);

    /// <summary>The same as a build starts it: with a receipt, a record and a list of outputs.</summary>
    public Verb CompressForBuild()
    {
        var folder = Path.Combine(root, "build");
        return OfModel("compress for a build", folder, ["--receipt", Path.Combine(folder, "compress.receipt"), "--receipt-key", "chaos"]);
    }

    /// <summary>The same where another configuration has made the artifact, which is copied.</summary>
    public Verb CopyForBuild()
    {
        var records = Path.Combine(root, "records");
        foreach (var setting in Enumerable.Range(0, settings))
        {
            var other = Path.Combine(records, $"{setting}");
            ToolProgram.Run([.. Arguments(other, setting), "--receipt", Path.Combine(other, "compress.receipt")]);
        }

        var folder = Path.Combine(root, "copy");
        return OfModel("copy for a build", folder, ["--receipt", Path.Combine(folder, "compress.receipt"), "--records", records]);
    }

    /// <summary>A model and its external data, over those of another.</summary>
    public Verb Restore()
    {
        var artifacts = Enumerable.Range(0, settings).Select(setting => Compressed(
            ChaosModel.Write(Path.Combine(root, $"model-{setting}"), $"m{setting}", setting))).ToList();
        var model = Path.Combine(root, "restore", "m.onnx");
        return new("restore", Path.GetDirectoryName(model)!, settings, name => name == "m.onnx",
            setting => ["restore", artifacts[setting], "--output", model, "--force", "--threads", "1"]);
    }

    private Verb OfModel(string name, string folder, string[] options) => new(name, folder, settings,
        file => file.Contains(".report.", StringComparison.Ordinal), setting => [.. Arguments(folder, setting), .. options]);

    private string[] Arguments(string folder, int setting)
    {
        var model = Path.Combine(root, "model", "a.onnx");
        if (!File.Exists(model))
            ChaosModel.Write(Path.GetDirectoryName(model)!, "a", seed: 1);
        var r2 = (0.9 + (0.01 * setting)).ToString("0.00", CultureInfo.InvariantCulture);
        return [model, "--output", folder, "--r2", r2, "--no-probe", "--threads", "1", "-v", "quiet"];
    }

    private static string Compressed(string model)
    {
        var options = new CompressionOptions { Probe = false };
        return Compressor.Run(CompressionSpec.ForModel(model, 0.99), options, null, CancellationToken.None).Single().ArtifactPath;
    }
}
