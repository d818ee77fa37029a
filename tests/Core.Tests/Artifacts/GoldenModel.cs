using CompressTasks.Compression;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;
using OnnxBuild = CompressTasks.Core.Tests.Onnx.Build;

namespace CompressTasks.Core.Tests.Artifacts;

/// <summary>
/// A small model with a weight for every kind of chunk that needs no inputs of a layer, and the spec that makes them.
/// <see cref="GoldenCalibratedModel"/> has the others.
/// </summary>
internal static class GoldenModel
{
    private const string Spec =
        """
        models: [ golden-v1.onnx ]
        stacks:
          closed: [ gaussian: { components: 3 }, pca: { keep: 0.25 }, residual: { r2: 0.98 } ]
          paper: [ gaussian: { components: 3 }, pca: { components: 2, weighting: none } ]
          tower: [ gaussian: { components: 4, free: amplitude }, recursive: { pca: { variance: 0.95 } } ]
          haar: [ gaussian: { components: 3 }, haar: { keep: 0.5 } ]
          dct: [ dct: { keep: 0.5, axis: rows } ]
          twice: [ gaussian: { components: 3 }, gaussian: { components: 2 } ]
          quantized: [ quantize: { r2: 0.97 } ]
          bits: [ quantize: { bits: 4 } ]
        rules:
          - { weights: closed, stack: closed, minElements: 0 }
          - { weights: paper, stack: paper, minElements: 0 }
          - { weights: tower, stack: tower, minElements: 0 }
          - { weights: haar, stack: haar, minElements: 0 }
          - { weights: dct, stack: dct, minElements: 0 }
          - { weights: twice, stack: twice, minElements: 0 }
          - { weights: bits, stack: bits, minElements: 0 }
          - { weights: [ "quantized.*", tied ], stack: quantized, minElements: 0 }
        output: .
        report: json
        """;

    private static readonly string[] _stacked = ["closed", "paper", "tower", "haar", "dct", "twice", "bits"];

    /// <summary>Every weight has 16 × 20 values.</summary>
    public static ModelProto Build()
    {
        var tensors = new List<TensorProto>();
        foreach (var type in new[] { ElementType.Float, ElementType.Float16, ElementType.BFloat16, ElementType.Double })
            tensors.Add(Tensor($"quantized.{type.SpecName()}", type, tensors.Count, 16, 20));
        tensors.AddRange(_stacked.Select((name, i) => Tensor(name, ElementType.Float, 10 + i, 16, 20)));
        tensors.Add(Tensor("tied", ElementType.Float, 0, 16, 20));
        tensors.Add(Tensor("lossless.float32", ElementType.Float, 30, 16, 20));
        var integers = OnnxBuild.Tensor("lossless.int64", ElementType.Int64, 200);
        integers.RawData = ByteString.CopyFrom([.. Enumerable.Range(0, 200).SelectMany(i => BitConverter.GetBytes((i * 7L) - 500))]);
        tensors.Add(integers);
        tensors.Add(OnnxBuild.Raw("bias", 1, 2, 3));
        return OnnxBuild.Model([.. tensors]);
    }

    /// <summary>Compresses it in a folder.</summary>
    /// <returns>The artifact.</returns>
    public static string Compress(TemporaryFolder folder, int threads)
    {
        folder.Write("golden-v1.onnx", Build());
        return Compressor.Run(CompressionSpec.Parse(Spec, folder["compress.yml"]), new CompressionOptions { Threads = threads }, null,
            CancellationToken.None)[0].ArtifactPath;
    }

    /// <summary>Values from a generator that is plain integer arithmetic, so that every machine builds the same model.</summary>
    public static TensorProto Tensor(string name, ElementType type, int seed, params long[] shape)
    {
        var tensor = OnnxBuild.Tensor(name, type, shape);
        var elements = (int)shape.Aggregate(1L, (product, length) => product * length);
        var payload = new byte[elements * type.BitsPerElement() / 8];
        ElementConversion.WriteValues(type, Values(elements, (uint)seed), payload);
        tensor.RawData = ByteString.CopyFrom(payload);
        return tensor;
    }

    /// <summary>Sums of four uniform numbers, in steps of 2⁻¹⁰.</summary>
    private static double[] Values(int count, uint seed)
    {
        var state = (seed * 747796405) + 2891336453;
        var values = new double[count];
        for (var i = 0; i < 4 * count; i++)
        {
            state = unchecked((state * 1664525) + 1013904223);
            values[i / 4] += ((state >> 22) / 1024.0) - 0.5;
        }

        return values;
    }
}
