using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>The walk over a model where it lies, beside Google.Protobuf: what both take must have the same initializers.</summary>
internal sealed class WireTarget : IFuzzTarget
{
    private readonly ProtobufMutator _messages = new(new ByteMutator([.. ModelTarget.Words.Select(System.Text.Encoding.UTF8.GetBytes)]));
    private readonly List<TensorHeader> _found = [];

    public string Name => "wire";

    public IReadOnlyList<byte[]> Seeds() => SeedModels.Parts;

    public void Mutate(InputBuffer input, FuzzRandom random) => _messages.Mutate(input, 0, input.Length, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        _found.Clear();
        var isExternal = false;
        var hasGraph = TensorWalker.Walk("m.onnx", input.Span, tensor =>
        {
            isExternal |= tensor.Header.IsExternal;
            if (tensor is { Owner: TensorOwner.MainGraph, IsSparse: false })
                _found.Add(tensor.Header);
        });
        if (isExternal)
            _ = ExternalTensor.Find("m.onnx", input.Span);
        if (Generated(input.Span) is not { } model)
            return;
        if (hasGraph != (model.Graph is not null))
            throw new FindingException("a model of which two parsers do not agree whether it has a graph");
        var tensors = model.Graph?.Initializer;
        if (_found.Count != (tensors?.Count ?? 0))
            throw new FindingException("a model in which two parsers find another number of initializers");
        for (var i = 0; i < _found.Count; i++)
        {
            if (Difference(_found[i], tensors![i]) is { } what)
                throw new FindingException($"an initializer of which two parsers read another {what}");
        }
    }

    public bool Refuses(Exception error) => error is CompressException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose()
    {
    }

    private static ModelProto? Generated(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static string? Difference(TensorHeader found, TensorProto tensor) =>
        found.Name != tensor.Name ? "name"
        : (int)found.ElementType != tensor.DataType ? "type"
        : found.Rank != tensor.Dims.Count || !found.Shape.SequenceEqual(tensor.Dims.Take(TensorHeader.MaxRank)) ? "shape"
        : (found.RawData?.Length ?? 0) != tensor.RawData.Length ? "length"
        : found.IsExternal != (tensor.DataLocation == 1) ? "place"
        : found.IsSegment != (tensor.Segment is not null) ? "segment"
        : tensor.ExternalData.GroupBy(entry => entry.Key).Any(entries => found.External.GetValueOrDefault(entries.Key) != entries.Last().Value)
            ? "location"
        : null;
}
