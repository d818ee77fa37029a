using CompressTasks.Core.Tests.Onnx;
using CompressTasks.IO;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;
using static CompressTasks.Core.Tests.Runtime.RunnableModel;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>The process's memory is everybody's: these tests run alone.</summary>
[CollectionDefinition(nameof(PrepackedMemoryTests), DisableParallelization = true)]
[Collection(nameof(PrepackedMemoryTests))]
public sealed class PrepackedMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A matrix of 38 MB, which ONNX Runtime lays out anew for its products: from 32 MiB on the C library gives back what is freed.
    /// </summary>
    [Fact]
    public void PrepackedWeightsAreInMemoryOnce()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int side = 3072;
        var graph = new GraphProto { Name = "main", Initializer = { Matrix("w", side, side, 1) } };
        graph.Input.Add(Build.Value("x", CompressTasks.Numerics.ElementType.Float, 1, side));
        graph.Output.Add(Build.Value("y", CompressTasks.Numerics.ElementType.Float, 1, side));
        var product = Build.Node("MatMul", "", "y");
        product.Input.AddRange(["x", "w"]);
        graph.Node.Add(product);
        var artifact = Compress(_folder, graph);

        Grows(null).ShouldBeGreaterThan(24 << 20);
        using var container = new PrePackedWeightsContainer();
        Grows(container).ShouldBeLessThan(8 << 20);

        long Grows(PrePackedWeightsContainer? shared)
        {
            using var model = CompressedModel.Open(artifact, new() { PrePackedWeights = shared });
            using var options = SessionOutputs.Options(GraphOptimizationLevel.ORT_ENABLE_ALL);
            using var first = model.CreateSession(options);
            var before = Anonymous();
            using var second = model.CreateSession(options);
            return Anonymous() - before;
        }

        static long Anonymous() => 1024 * long.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))[8..].Trim().Split(' ')[0], null);
    }
}
