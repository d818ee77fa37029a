using CompressTasks.Numerics;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>One constant tensor of a model: what it is, and where its elements lie.</summary>
internal sealed class OnnxWeight
{
    /// <summary>Graph path and name, such as <c>blocks.0.attn.weight</c> or <c>branch/then_branch/conv.weight</c>; unique in the model.</summary>
    public required string Path { get; init; }

    public required ElementType ElementType { get; init; }

    /// <summary>The length of every axis; empty for a scalar.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The product of <see cref="Shape"/>; 1 for a scalar.</summary>
    public required long Elements { get; init; }

    public required WeightStorage Storage { get; init; }

    /// <summary>Whether it is the values or the indices of a sparse tensor, which are never compressed with loss.</summary>
    public required bool IsSparse { get; init; }

    /// <summary>Bytes that the elements take where they lie.</summary>
    public required long StoredBytes { get; init; }

    /// <summary>
    /// Bytes that the elements take as a little-endian payload; 0 when they cannot be had as one (strings, varints other than float16 and bfloat16).
    /// </summary>
    public required long PayloadBytes { get; init; }

    public bool IsFloatingPoint => ElementType.IsFloatingPoint();

    /// <summary>Whether the payload can be read and taken out of the model.</summary>
    public bool CanExcise => PayloadBytes > 0;

    /// <summary>Whether the payload lies in the file as it is, so that taking it out leaves a hole and changes nothing else.</summary>
    public bool IsContiguous => CanExcise && StoredBytes == PayloadBytes && Offset >= 0;

    /// <summary>The file that holds the payload, an index into <c>OnnxModel.Files</c>.</summary>
    public required int File { get; init; }

    /// <summary>Where in <see cref="File"/> the payload begins; −1 when it is scattered.</summary>
    public required long Offset { get; init; }

    /// <summary>The tensor's message in the main file.</summary>
    public required WireMessage Message { get; init; }

    public override string ToString() => $"{Path}: {ElementType}[{string.Join(',', Shape)}]";
}
