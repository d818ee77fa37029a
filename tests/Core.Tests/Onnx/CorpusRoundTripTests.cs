using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Onnx;

[Trait("Speed", "Slow")]
public sealed class CorpusRoundTripTests
{
    [NpmFact]
    public void OcrModelsComeBackToTheByte() => ComeBack(NpmModels.OcrModels, minWeights: 50);

    [NpmFact]
    public void SileroModelsComeBackToTheByte() => ComeBack(NpmModels.SileroModels, minWeights: 20);

    [Fact]
    public void TinyGptComesBackToTheByte() => ComeBack([TinyGpt.Model], minWeights: 20);

    [OnnxTestDataFact]
    public void BackendTestModelsComeBackToTheByte() => ComeBack(OnnxTestData.Models, minWeights: 0);

    // An independent count: walk the parsed message with protobuf's own reflection and collect every TensorProto.
    [NpmFact]
    public void EveryTensorOfTheModelIsListed()
    {
        foreach (var path in NpmModels.All)
        {
            using var model = OnnxModel.Open(path);
            var expected = new List<TensorProto>();
            Collect(ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)), expected);
            model.Weights.Count.ShouldBe(expected.Count, path);
            model.Weights.Select(weight => weight.Elements).Order()
                .ShouldBe(expected.Select(tensor => tensor.Dims.Aggregate(1L, (product, dimension) => product * dimension)).Order());
            model.Weights.Select(weight => weight.Path).ShouldBeUnique();
        }
    }

    private static void ComeBack(IReadOnlyList<string> paths, int minWeights)
    {
        using var folder = new TemporaryFolder();
        foreach (var path in paths)
        {
            using var model = OnnxModel.Open(path);
            model.Weights.Count.ShouldBeGreaterThanOrEqualTo(minWeights, path);
            var original = File.ReadAllBytes(path);
            RoundTrip.Skeleton(model.Excise([])).ToArray().AsSpan().SequenceEqual(original).ShouldBeTrue(path);
            var image = model.Excise([.. model.Weights.Where(weight => weight.CanExcise)]);
            var restored = RoundTrip.InMemory(model, image);
            var rewritten = model.Weights.Where(weight => weight is { CanExcise: true, IsContiguous: false }).ToList();
            if (rewritten.Count == 0)
                restored.AsSpan().SequenceEqual(original).ShouldBeTrue(path);
            else
                ModelProto.Parser.ParseFrom(restored).ShouldBe(WithRawData(original, rewritten), path);
            RoundTrip.ToFiles(model, image, folder["m.onnx"], overwrite: true);
            File.ReadAllBytes(folder["m.onnx"]).AsSpan().SequenceEqual(restored).ShouldBeTrue(path);
        }
    }

    // What rewriting may change, done on the parsed model: int32_data of 16-bit floats becomes raw_data.
    private static ModelProto WithRawData(byte[] original, IReadOnlyList<OnnxWeight> rewritten)
    {
        var model = ModelProto.Parser.ParseFrom(original);
        var tensors = new List<TensorProto>();
        Collect(model, tensors);
        foreach (
            var tensor in tensors.Where(tensor => tensor.Int32Data.Count > 0 && (ElementType)tensor.DataType is ElementType.Float16
                or ElementType.BFloat16))
        {
            rewritten.ShouldContain(weight => weight.Elements == tensor.Int32Data.Count);
            tensor.RawData = ByteString.CopyFrom([.. tensor.Int32Data.SelectMany(bits => new[] { (byte)bits, (byte)(bits >> 8) })]);
            tensor.Int32Data.Clear();
        }

        return model;
    }

    private static void Collect(IMessage message, List<TensorProto> tensors)
    {
        if (message is TensorProto tensor)
            tensors.Add(tensor);
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldType != Google.Protobuf.Reflection.FieldType.Message)
                continue;
            var value = field.Accessor.GetValue(message);
            foreach (var child in value is System.Collections.IList list ? list.Cast<IMessage>() : value is IMessage one ? [one] : [])
                Collect(child, tensors);
        }
    }
}
