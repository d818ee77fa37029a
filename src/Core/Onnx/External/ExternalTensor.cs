using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx.External;

/// <summary>A tensor that says its elements lie in another file.</summary>
/// <param name="Message">Its message in the main file.</param>
/// <param name="Owner">What it belongs to.</param>
/// <param name="Location">The file, letter for letter; null when it names none.</param>
/// <param name="Offset">Where in the file, as it says; null when it does not say.</param>
/// <param name="OffsetFields">The entries that say so, by their places in the message.</param>
internal sealed record ExternalTensor(WireMessage Message, TensorOwner Owner, string? Location, string? Offset, IReadOnlyList<WireField> OffsetFields);

/// <summary>What a tensor belongs to.</summary>
internal enum TensorOwner
{
    /// <summary>It is an initializer of the main graph.</summary>
    MainGraph,

    /// <summary>It belongs to a subgraph, an attribute, or a sparse tensor.</summary>
    Elsewhere,

    /// <summary>It belongs to <c>training_info</c>, of which ONNX Runtime reads nothing.</summary>
    Training,
}
