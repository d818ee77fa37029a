using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Corpus;

/// <summary>Runs a model in ONNX Runtime and returns every output, bit for bit.</summary>
public static class OnnxRuntimeOutputs
{
    /// <summary>Runs a model file on given inputs.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model or an input.</exception>
    /// <exception cref="NotSupportedException">An output is not a tensor of fixed-size elements.</exception>
    public static IReadOnlyList<NamedTensor> Run(
        string modelPath, IReadOnlyList<NamedTensor> inputs, GraphOptimizationLevel level = GraphOptimizationLevel.ORT_ENABLE_ALL)
    {
        using var options = Options(level);
        using var session = new InferenceSession(modelPath, options);
        return Run(session, inputs);
    }

    /// <summary>Runs a model file on inputs made from a seed (<see cref="RandomInputs"/>).</summary>
    /// <inheritdoc cref="Run(string, IReadOnlyList{NamedTensor}, GraphOptimizationLevel)"/>
    public static IReadOnlyList<NamedTensor> Run(
        string modelPath, int seed, GraphOptimizationLevel level = GraphOptimizationLevel.ORT_ENABLE_ALL)
    {
        using var options = Options(level);
        using var session = new InferenceSession(modelPath, options);
        return Run(session, RandomInputs.For(session, Path.GetFileNameWithoutExtension(modelPath), seed));
    }

    /// <summary>Runs an opened model on given inputs.</summary>
    /// <inheritdoc cref="Run(string, IReadOnlyList{NamedTensor}, GraphOptimizationLevel)"/>
    public static IReadOnlyList<NamedTensor> Run(InferenceSession session, IReadOnlyList<NamedTensor> inputs)
    {
        var values = inputs.Select(ToOrtValue).ToList();
        try
        {
            using var run = new RunOptions();
            using var outputs = session.Run(run, [.. inputs.Select(input => input.Name)], values, session.OutputNames);
            return [.. session.OutputNames.Zip(outputs, FromOrtValue)];
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    // One thread: the order in which sums are formed must not depend on the machine.
    private static SessionOptions Options(GraphOptimizationLevel level) => new()
    {
        GraphOptimizationLevel = level,
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    private static OrtValue ToOrtValue(NamedTensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, tensor.ElementType, tensor.Shape);
        tensor.Bytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static NamedTensor FromOrtValue(string name, OrtValue value)
    {
        if (!value.IsTensor)
            throw new NotSupportedException($"Output '{name}' is a {value.OnnxType}; only tensors can be compared bit for bit.");
        var info = value.GetTensorTypeAndShape();
        if (info.ElementDataType == TensorElementType.String)
            throw new NotSupportedException($"Output '{name}' holds strings; only elements of fixed size can be compared bit for bit.");
        return new NamedTensor(name, info.ElementDataType, info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
