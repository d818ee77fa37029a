using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Inspection;

namespace CompressTasks.Core.Tests.Inspection;

public sealed class InspectorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InspectorTests()
    {
        _folder.Write("w.bin", Build.Bytes(Build.Values(40)));
        var floats = Build.Tensor("floats", CompressTasks.Numerics.ElementType.Float, 2, 2);
        floats.FloatData.AddRange([1, 2, 3, 4]);
        _folder.Write("m.onnx",
            Build.Model(Build.Raw("a", Build.Values(1500)), Build.Raw("b", Build.Values(1500)), floats, Build.External("x", "w.bin", 0, 40),
                Build.External("y", "w.bin", 0, 40)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AModelIsListedWithPlacesAndSharing()
    {
        var inspection = Inspector.Model(_folder["m.onnx"]);
        inspection.Kind.ShouldBe("model");
        inspection.Weights.Select(w => (w.Path, w.Dtype, w.Elements, w.Bytes, w.Stored, w.SharedWith)).ShouldBe(
        [
            ("a", "float32", 1500, 6000, "raw_data", null),
            ("b", "float32", 1500, 6000, "raw_data", "a"),
            ("floats", "float32", 4, 16, "float_data", null),
            ("x", "float32", 40, 160, "w.bin", null),
            ("y", "float32", 40, 160, "w.bin", "x"),
        ]);
        inspection.Bytes.ShouldBe(new FileInfo(_folder["m.onnx"]).Length + 160);
        inspection.StructureBytes.ShouldBe(new FileInfo(_folder["m.onnx"]).Length - 12016);
    }

    [Fact]
    public void AnArtifactIsListedWithStacks()
    {
        var artifact = SpecRun.Compress(_folder, "models: [ m.onnx ]\nrules: [ { weights: a, stack: [ quantize: { r2: 0.9 } ] } ]").ArtifactPath;
        var inspection = Inspector.Artifact(artifact);
        inspection.Kind.ShouldBe("artifact");
        inspection.Weights.Select(w => (w.Path, w.Elements, w.Stored))
            .ShouldBe([("a", 1500, "quantize"), ("b", 1500, "lossless"), ("x", 40, "lossless")]);
        inspection.Bytes.ShouldBe(new FileInfo(artifact).Length);
        inspection.StructureBytes.ShouldBe(inspection.Bytes - inspection.Weights.Sum(w => w.Bytes));
    }
}
