using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Onnx;

/// <summary>What nodes mean.</summary>
internal static class StandardOperators
{
    /// <summary>The operator of a node; empty where it is of another domain, such as a function of the model, and may mean anything.</summary>
    public static string StandardOperator(this NodeProto node) => node.Domain is "" or "ai.onnx" ? node.OpType : "";
}
