using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>A tensor that <see cref="TensorWalker"/> has met.</summary>
/// <param name="Message">A TensorProto.</param>
/// <param name="Header">What it says about itself.</param>
/// <param name="Path">Graph path and name.</param>
/// <param name="IsSparse">Whether it is a part of a sparse tensor.</param>
/// <param name="Owner">What it belongs to.</param>
/// <param name="Holder">
/// The message in which there is one such tensor: where it is written twice, a parser joins the two. Null in a list, where each is one of its own.
/// </param>
internal readonly record struct FoundTensor(
    WireMessage Message, TensorHeader Header, string Path, bool IsSparse, TensorOwner Owner, WireMessage? Holder = null);

/// <summary>What a tensor belongs to.</summary>
internal enum TensorOwner
{
    /// <summary>It is an initializer of the main graph.</summary>
    MainGraph,

    /// <summary>It is what a Constant node of the main graph gives: ONNX Runtime makes an initializer of it.</summary>
    Constant,

    /// <summary>It belongs to a subgraph, another attribute, or a sparse tensor.</summary>
    Elsewhere,

    /// <summary>It belongs to <c>training_info</c>, of which ONNX Runtime reads nothing.</summary>
    Training,
}
