using CompressTasks.Diagnostics;
using CompressTasks.Memory;
using CompressTasks.Numerics;
using CompressTasks.Runtime;
using CompressTasks.Spec;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Outputs;

/// <summary>
/// A model in ONNX Runtime, optimized as apps have it, and with one thread: the order of sums, and so the last bits, must not depend on the machine's
/// cores.
/// </summary>
internal sealed class ModelRunner : IDisposable
{
    /// <summary>Outputs that are worth a collection when they have become garbage.</summary>
    private const long LargeRun = 8 << 20;

    private readonly MemoryPressure _garbage = new(long.MaxValue);
    private readonly InferenceSession _session;
    private readonly string _shown;
    private readonly OutputGateSpec _gate;

    private ModelRunner(InferenceSession session, string shown, OutputGateSpec gate)
    {
        _session = session;
        _shown = shown;
        _gate = gate;
        Inputs = [.. session.InputNames.Select(name => Input(name, session.InputMetadata[name]))];
        Outputs = [.. session.OutputNames.Select(name => Input(name, session.OutputMetadata[name]))];
    }

    public IReadOnlyList<ModelInput> Inputs { get; }

    /// <summary>What the model gives, in its order.</summary>
    public IReadOnlyList<ModelInput> Outputs { get; }

    /// <param name="path">The model file.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="gate">For places in messages.</param>
    /// <param name="isLean">
    /// Whether there is to be one copy of the weights, at the price of slower runs: none laid out for products, none transposed by folding. And whether
    /// tensors are outputs that are none of the model's own, which a fusion takes away.
    /// </param>
    /// <exception cref="CompressException">ONNX Runtime refuses the model, or cannot be loaded itself.</exception>
    public static ModelRunner Open(string path, string shown, OutputGateSpec gate, bool isLean = false)
    {
        try
        {
            using var options = new SessionOptions
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,

                // What the largest run took would be kept by every session: of a model of 88 MB on pictures, 2 GB. Without, runs are as fast.
                EnableCpuMemArena = false,
                EnableMemoryPattern = false,
                // Errors come as exceptions.
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            if (isLean)
            {
                options.AddSessionConfigEntry("session.disable_prepacking", "1");
                options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "ConstantFolding;GemmTransposeFusion");
            }

            return new ModelRunner(new InferenceSession(path, options), shown, gate);
        }
        catch (OnnxRuntimeException error)
        {
            throw SampleDiagnostics.ModelRefused(shown, error, gate.At);
        }
        catch (Exception error) when (RuntimeDiagnostics.IsLoadFailure(error))
        {
            throw SampleDiagnostics.NoOnnxRuntime(RuntimeDiagnostics.LoadFailure(error),
                "reference the package Microsoft.ML.OnnxRuntime in the app itself", gate.At, error);
        }
    }

    /// <returns>Outputs of the model, in the order of their names.</returns>
    /// <exception cref="CompressException">ONNX Runtime refuses the inputs.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled: ONNX Runtime stops after the node that it is at.</exception>
    public IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs, IReadOnlyList<string> names,
        CancellationToken cancellationToken = default) => Run(inputs, fixedInputs: null, names, cancellationToken);

    /// <summary>The same with further inputs, which stay the same from run to run.</summary>
    public IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs, FixedInputs? fixedInputs, IReadOnlyList<string> names,
        CancellationToken cancellationToken)
    {
        var values = new List<OrtValue>(inputs.Count);
        try
        {
            foreach (var input in inputs)
                values.Add(ToOrtValue(input));
            using var run = new RunOptions();
            using var stop = cancellationToken.Register(() => run.Terminate = true);
            using var outputs = _session.Run(
                run, [.. inputs.Select(input => input.Name), .. fixedInputs?.Names ?? []], [.. values, .. fixedInputs?.Values ?? []], names);
            TensorValue[] results = [.. names.Zip(outputs, FromOrtValue)];
            var bytes = results.Sum(result => result.Bytes.LongLength);
            if (bytes >= LargeRun)
                _garbage.Add(bytes);
            return results;
        }
        catch (OnnxRuntimeException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw SampleDiagnostics.RunFailed(_shown, error, _gate.Samples.At);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        NativeHeap.Trim();
    }

    private static ModelInput Input(string name, NodeMetadata metadata) => metadata.IsTensor
        ? new(name, (ElementType)metadata.ElementDataType, [.. metadata.Dimensions.Select(length => (long)length)], metadata.SymbolicDimensions)
        : new(name, ElementType.Undefined, [], []);


    internal static OrtValue ToOrtValue(TensorValue tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)tensor.Type, [.. tensor.Shape]);
        tensor.Bytes.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static TensorValue FromOrtValue(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new(name, (ElementType)info.ElementDataType, info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
