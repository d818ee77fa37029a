using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Calibration;

/// <summary>y = relu(x · w) · v, with one output: moments of inputs do not know v, those of gradients are its squares.</summary>
public sealed class MomentsHashTests : IDisposable
{
    private const int Width = 48;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void GradientsAreInTheHash()
    {
        var hash = Hash(v => v);

        // Exact in floating point: twice the output has half of a cotangent for each.
        Hash(v => 2 * v).ShouldBe(hash);
        Hash(v => -v).ShouldBe(hash);
        Hash(v => v + 1).ShouldNotBe(hash);
    }

    private string Hash(Func<float, float> last)
    {
        var random = new Random(7);
        var first = Graphs.Matrix("w", Width, Width, _ => (random.NextSingle() - 0.5f) / 4);
        var second = Graphs.Matrix("v", Width, 1, _ => last(random.NextSingle()));
        _folder.Write("model.onnx",
            Graphs.Model([("x", [32, Width])], [("y", ElementType.Float)], [first, second], "MatMul x,w -> h", "Relu h -> r", "MatMul r,v -> y")
                .ToByteArray());
        return SpecRun.Compress(
            _folder,
            """
            models: [ model.onnx ]
            rules: [ { weights: w, stack: [ quantize: { for: outputs, calibration: { random: { seed: 7, count: 4 } } } ] } ]
            gate: { outputs: { samples: { random: { seed: 1, count: 2 } }, r2: 0.9 } }
            """,
            threads: 2).Report.Search!.MomentsSha256!;
    }
}
