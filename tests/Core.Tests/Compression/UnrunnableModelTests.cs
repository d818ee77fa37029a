using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Spec;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Errors in weights can make a model that ONNX Runtime loads and does not run: here indices of 4,096 rows come out above 4,095.</summary>
public sealed class UnrunnableModelTests : IDisposable
{
    private const int Rows = 4096;

    private readonly TemporaryFolder _folder = new();

    public UnrunnableModelTests()
    {
        _folder.Write("m.onnx", Build.Model(Lookup()));
        _folder.Write("s.npz", Npz.File(("x", Npz.Array("<f4", "2, 4096", [.. Enumerable.Repeat(1f, 2 * Rows)]))));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsAFailedGateThatNamesTheWeight()
    {
        var outcome = SpecRun.Compress(_folder, Yaml("quantize: { r2: 0.99 }", "samples: s.npz, r2: 0.5"));
        var failure = outcome.Diagnostics.ShouldHaveSingleItem();
        (failure.Code, failure.Severity, failure.Location!.Line).ShouldBe(("CT4030", Severity.Error, 3));
        failure.Message.ShouldContain("It runs with the original of tab: carry that exactly");
        outcome.Accepted.ShouldBeFalse();
        outcome.Report.Outputs!.Failure.ShouldNotBeNull().ShouldContain("out of data bounds");
        outcome.Report.Gate.Checks.ShouldHaveSingleItem().ShouldBe(new("outputs.run", 1, 0, false));
        File.ReadAllText(outcome.ReportPaths.Single()).ShouldContain("\"failure\"");
    }

    [Fact]
    public void IsNoReasonForASearchToGiveUp()
    {
        var outcome = SpecRun.Compress(_folder, Yaml("quantize: { for: outputs }", "samples: s.npz, r2: 0.5"));
        outcome.Diagnostics.ShouldBeEmpty();
        outcome.Report.Outputs!.Pooled.R2.ShouldBe(1);
    }

    [Fact]
    public void AnErrorOfTheRunLeavesTheOldArtifact()
    {
        var before = File.ReadAllBytes(SpecRun.Compress(_folder, Yaml("quantize: { r2: 0.9999999 }", "samples: s.npz, r2: 0.5")).ArtifactPath);
        // Found when the gate reads its second sample.
        _folder.Write("broken/test_data_set_0/input_0.pb", Input(Rows));
        _folder.Write("broken/test_data_set_1/input_0.pb", Input(Rows + 1));
        var path = _folder.Write("compress.yml",
            System.Text.Encoding.UTF8.GetBytes(Yaml("quantize: { r2: 0.9 }", "samples: broken, r2: 0.5")));
        Should.Throw<CompressException>(() => Compressor.Run(CompressionSpec.Load(path), new CompressionOptions(), null, default));
        File.ReadAllBytes(_folder["artifacts/m.onnxz"]).ShouldBe(before);
        _folder.Entries.ShouldNotContain(name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static string Yaml(string stage, string outputs) =>
        $"models: [ m.onnx ]\nrules: [ {{ weights: tab, stack: [ {stage} ] }} ]\ngate: {{ outputs: {{ {outputs} }} }}\nreport: json";

    private static byte[] Input(int length)
    {
        var tensor = Build.Tensor("x", ElementType.Float, 1, length);
        tensor.RawData = ByteString.CopyFrom(Build.Bytes([.. Enumerable.Repeat(1f, length)]));
        return tensor.ToByteArray();
    }

    /// <summary>y = table[x·tab], where tab has the numbers from 0 to 4095 in another order.</summary>
    private static GraphProto Lookup()
    {
        var random = new Random(1);
        var order = Enumerable.Range(0, Rows).Select(i => (float)i).ToArray();
        random.Shuffle(order);
        var table = Build.Tensor("table", ElementType.Float, Rows);
        table.RawData = ByteString.CopyFrom(Build.Bytes([.. Enumerable.Range(0, Rows).Select(_ => (float)random.NextDouble())]));
        var graph = new GraphProto { Name = "main", Initializer = { Build.Raw("tab", order), table } };
        graph.Input.Add(Build.Value("x", ElementType.Float, -1, Rows));
        graph.Output.Add(Build.Value("y", ElementType.Float, -1, Rows));
        foreach (var (type, output, inputs) in new[] { ("Mul", "m", new[] { "x", "tab" }), ("Cast", "i", ["m"]), ("Gather", "y", ["table", "i"]) })
        {
            var node = Build.Node(type, "", output);
            node.Input.AddRange(inputs);
            graph.Node.Add(node);
        }

        graph.Node[1].Attribute.Add(new AttributeProto { Name = "to", Type = 2, I = (long)ElementType.Int64 });
        return graph;
    }
}
