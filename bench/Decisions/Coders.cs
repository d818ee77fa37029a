using System.Globalization;
using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Coding.Dictionary;
using CompressTasks.Compression;
using CompressTasks.Corpus;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Decisions;

/// <summary>Sizes by the product's coders and by others, which get their best setting.</summary>
internal static class Coders
{
    /// <summary>What is left of a model without its weights.</summary>
    public static void Skeleton()
    {
        foreach (var path in Models())
        {
            using var model = OnnxModel.Open(path);
            var plan = Plan.Create(CompressionSpec.ForModel(path, 0.99), model);
            using var skeleton = new MemoryStream();
            model.Excise([.. plan.Where(p => p.HasChunk || p.SharedWith is not null).Select(p => p.Weight)]).WriteSkeleton(skeleton);
            Print($"{Name(path)}: {skeleton.Length} bytes; own {DictionaryEncoder.Encode(skeleton.ToArray()).Length}, {Others(skeleton.ToArray())}");
        }
    }

    /// <summary>Indices of the trellis by adaptive models,
    /// and those of a uniform quantizer by a static model for each weight whose table costs nothing.</summary>
    public static void Symbols()
    {
        foreach (var path in Models())
        {
            var set = WeightSet.Read(path);
            foreach (var r2 in (double[])[0.9, 0.99, 0.999])
            {
                var chunks = ProductCoder.Encode(set, Stacks.Quantize(r2), Environment.ProcessorCount);
                var adaptive = set.BitsPerWeight(chunks.Sum(chunk => chunk.LongLength));
                Print($"{Name(path)} at R² {r2}: adaptive {adaptive:F3} bits per weight, static {UniformEntropy.BitsPerWeight(set, r2):F3}");
            }
        }
    }

    /// <summary>Exact copies of the weights.</summary>
    public static void Floats()
    {
        foreach (var path in Models())
        {
            var set = WeightSet.Read(path);
            var own = ProductCoder.Encode(set, Stacks.Lossless, Environment.ProcessorCount).Sum(chunk => chunk.LongLength);
            Print($"{Name(path)}: {set.Bytes().Length} bytes; own {own}, {Others(set.Bytes())}");
        }
    }

    private static string[] Models() => [TinyGpt.Model, NpmModels.Rec, NpmModels.SileroOp18];

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);

    private static string Others(byte[] bytes) =>
        string.Join(", ",
            GeneralCoder.All.Select(coder => coder.Size(bytes) is { } size ? $"{coder.Name} {size.Bytes}" : $"{coder.Name} not installed"));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
