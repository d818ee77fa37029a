using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;
using static CompressTasks.Core.Tests.Calibration.BranchingModel;

namespace CompressTasks.Core.Tests.Compression.Search;

/// <summary>Two layers whose 128 inputs go 16 ways, so that what is known of them is worth a lot.</summary>
public sealed class BranchSearchTests : IDisposable
{
    private const int Width = 128;

    private readonly TemporaryFolder _folder = new();
    private readonly TensorProto[] _weights;

    public BranchSearchTests()
    {
        var random = new Random(11);
        _weights = [.. new[] { ("mix", 16), ("a", Width), ("b", Width) }
            .Select(weight => Graphs.Matrix(weight.Item1, weight.Item2, Width, _ => (random.NextSingle() - 0.5f) / 4))];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AMergedModelIsAsSmallAsThatOfOneOfItsBranches()
    {
        var plain = Compress(Plain());
        var merged = Compress(Merged("s", _weights, []));
        merged.Diagnostics.Select(diagnostic => diagnostic.Code).ShouldBe(plain.Diagnostics.Select(diagnostic => diagnostic.Code));
        merged.Report.Search!.Weights.ShouldAllBe(weight => weight.Damping > 0);
        ((double)merged.Report.Total.ArtifactBytes).ShouldBe(plain.Report.Total.ArtifactBytes, 0.05 * plain.Report.Total.ArtifactBytes);
    }

    /// <summary>Each branch has a copy of the weights: one chunk stands for both, and its layers are those of both.</summary>
    [Fact]
    public void CopiesInBranchesCountTogether()
    {
        var plain = Compress(Plain());
        var merged = Compress(Merged("s", _weights[..1], [.. _weights[1..].Select(weight => weight.Clone())]));
        merged.Report.Search!.Weights.Select(weight => weight.Path).ShouldBe(["y/then_branch/a", "y/then_branch/b", "mix"], ignoreOrder: true);
        merged.Report.Search.Weights.ShouldAllBe(weight => weight.Damping > 0);
        ((double)merged.Report.Total.ArtifactBytes).ShouldBe(plain.Report.Total.ArtifactBytes, 0.05 * plain.Report.Total.ArtifactBytes);
    }

    [Fact]
    public void WeightsInABranchThatNoSampleTakesAreNamedAndCodedWell()
    {
        var random = new Random(12);
        TensorProto[] others = [.. new[] { "a", "b" }.Select(name => Graphs.Matrix(name, Width, Width, _ => random.NextSingle() - 0.5f))];
        var outcome = Compress(Merged("never", _weights, others));
        var warning = outcome.Diagnostics.Single(diagnostic => diagnostic.Code == "CT4017");
        warning.Message.ShouldBe("model.onnx: no calibration sample takes the branches that use 2 weights, coded at R² 0.999 without calibration: "
            + "y/then_branch/a, y/then_branch/b. Give samples that take these branches, or give the weights a rule of their own.");
        warning.Severity.ShouldBe(CompressTasks.Diagnostics.Severity.Warning);
        outcome.Report.Search!.Untaken.ShouldBe(["y/then_branch/a", "y/then_branch/b"]);
        foreach (var weight in outcome.Report.Weights)
        {
            var isUntaken = weight.Path.StartsWith("y/", StringComparison.Ordinal);
            (outcome.Report.Search.Weights.Single(search => search.Path == weight.Path).Damping is null).ShouldBe(isUntaken);
            if (isUntaken)
                weight.R2.ShouldBeInRange(0.999, 0.9995);
        }
    }

    [Fact]
    public void TheArtifactDoesNotDependOnThreads() =>
        File.ReadAllBytes(Compress(Merged("s", _weights, []), threads: 1).ArtifactPath)
            .ShouldBe(File.ReadAllBytes(Compress(Merged("s", _weights, []), threads: 3).ArtifactPath));

    private ModelProto Plain() => Graphs.Model([("x", [8, 16])], [("y", ElementType.Float)], _weights,
        "MatMul x,mix -> m", "MatMul m,a -> h", "Relu h -> r", "MatMul r,b -> y");

    /// <param name="condition">What must be above 0 for the first branch.</param>
    /// <param name="outer">Weights of the main graph.</param>
    /// <param name="inner">Weights of the first branch; of both where the main graph does not have them.</param>
    private static ModelProto Merged(string condition, TensorProto[] outer, TensorProto[] inner)
    {
        var model = Graphs.Model([("x", [8, 16])], [("y", ElementType.Float)], [.. outer, Build.Raw("zero", 0), Build.Raw("never", -1)],
            "MatMul x,mix -> m", "ReduceSum x -> s");
        var branches = new[] { inner, outer.Length > 1 ? [] : inner }.Select(weights => Branch("o", [.. weights.Select(weight => weight.Clone())],
            Node("MatMul m,a -> h"), Node("Relu h -> r"), Node("MatMul r,b -> o"))).ToArray();
        model.Graph.Node.AddRange([Node($"Greater {condition},zero -> c"), If("c", "y", branches[0], branches[1])]);
        return model;
    }

    private CompressionOutcome Compress(ModelProto model, int threads = 2)
    {
        _folder.Write("model.onnx", model.ToByteArray());
        return SpecRun.Compress(_folder,
            """
            models: [ model.onnx ]
            rules: [ { weights: "**", minElements: 100, stack: [ quantize: { for: outputs, calibration: { random: { seed: 7, count: 60 } } } ] } ]
            gate: { outputs: { samples: { random: { seed: 1, count: 20 } }, r2: 0.99 } }
            """, threads);
    }
}
