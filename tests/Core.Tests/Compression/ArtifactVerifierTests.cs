using CompressTasks.Artifacts;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Compression;

public sealed class ArtifactVerifierTests : IDisposable
{
    private const string Rules = "rules: [ { weights: lossy, stack: [ quantize: { r2: 0.95 } ] } ]";

    private static readonly float[] _values = [.. Enumerable.Range(0, 1500).Select(i => i * i % 991 / 100f)];

    private readonly TemporaryFolder _folder = new();
    private readonly string _artifact;

    public ArtifactVerifierTests()
    {
        _folder.Write("m.onnx", Model());
        _artifact = SpecRun.Compress(_folder, $"models: [ m.onnx ]\n{Rules}").ArtifactPath;
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheRightModelIsMeasured()
    {
        var verification = Verify(_folder["m.onnx"]);
        var weight = verification.Weights.ShouldHaveSingleItem();
        weight.Path.ShouldBe("lossy");
        weight.R2.ShouldBeInRange(0.95, 0.999);
        (verification.R2, verification.WorstWeightR2, verification.WorstWeight).ShouldBe((weight.R2, weight.R2, "lossy"));
    }

    [Fact]
    public void AChangedLossyWeightIsMeasuredToo()
    {
        _folder.Write("other.onnx", Model(model => model.Graph.Initializer[0] = Build.Raw("lossy", [.. _values.Select(v => -v)])));
        Verify(_folder["other.onnx"]).WorstWeightR2.ShouldBeLessThan(0);
    }

    [Fact]
    public void AChangedLosslessWeightIsAnotherModel() =>
        Refused(model => model.Graph.Initializer[1] = Build.Raw("exact", Build.Values(1000, 2)))
            .ShouldContain("'exact', which is carried exactly, has other values");

    [Fact]
    public void AChangedBiasInTheStructureIsAnotherModel() =>
        Refused(model => model.Graph.Initializer[2] = Build.Raw("bias", 1, 2, 4)).ShouldContain("the bytes outside of its weights differ");

    [Fact]
    public void AnotherNodeIsAnotherModel() =>
        Refused(model => model.Graph.Node.Add(Build.Node("Relu", "r", "y"))).ShouldContain("the bytes outside of its weights differ");

    [Fact]
    public void ALostWeightIsAnotherModel() => Refused(model => model.Graph.Initializer.RemoveAt(0));

    [Fact]
    public void AnotherSizeIsAnotherModel() => Refused(model => model.Graph.Initializer[0] = Build.Raw("lossy", Build.Values(1501)));

    [Fact]
    public void AnAddedExternalWeightIsAnotherModel()
    {
        _folder.Write("w.bin", Build.Bytes(1, 2));
        Refused(model => model.Graph.Initializer.Add(Build.External("new", "w.bin", 0, 2)))
            .ShouldContain("external data that the artifact does not know");
    }

    [Fact]
    public void ADamagedChunkIsNamed()
    {
        var bytes = File.ReadAllBytes(_artifact);
        long offset;
        using (var reader = ArtifactReader.Open(_artifact))
            offset = reader.Entries.Single(e => e.Weight.Path == "lossy").Chunk.Offset;
        bytes[offset + 20] ^= 4;
        File.WriteAllBytes(_artifact, bytes);
        var diagnostic = Should.Throw<CompressException>(() => Verify(_folder["m.onnx"])).Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe("CT3010");
        diagnostic.Message.ShouldContain("'lossy'");
    }

    [Fact]
    public void AModelWithoutLossyWeightsIsExact()
    {
        var artifact = SpecRun.Compress(_folder, "models: [ m.onnx ]").ArtifactPath;
        var verification = ArtifactVerifier.Verify(artifact, _folder["m.onnx"], 2, CancellationToken.None);
        (verification.R2, verification.WorstWeightR2, verification.WorstWeight, verification.Weights.Count).ShouldBe((1, 1, null, 0));
    }

    private static ModelProto Model(Action<ModelProto>? change = null)
    {
        var model = Build.Model(Build.Raw("lossy", _values), Build.Raw("exact", Build.Values(1000)), Build.Raw("bias", 1, 2, 3));
        change?.Invoke(model);
        return model;
    }

    private string Refused(Action<ModelProto> change)
    {
        var other = _folder.Write("other.onnx", Model(change));
        var diagnostic = Should.Throw<CompressException>(() => Verify(other)).Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe("CT3101");
        diagnostic.Location!.File.ShouldBe(_artifact);
        return diagnostic.Message;
    }

    private Verification Verify(string model) => ArtifactVerifier.Verify(_artifact, model, 2, CancellationToken.None);
}
