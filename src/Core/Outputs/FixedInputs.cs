using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Outputs;

/// <summary>Inputs of float32 that are the same in all runs of a model: they are in ONNX Runtime's memory once.</summary>
internal sealed class FixedInputs : IDisposable
{
    private readonly List<OrtValue> _values = [];

    /// <param name="tensors">The inputs' names and shapes.</param>
    /// <param name="fill">Writes the values of the input with an index.</param>
    public FixedInputs(IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> tensors, Action<int, Span<float>> fill)
    {
        Names = [.. tensors.Select(tensor => tensor.Name)];
        try
        {
            foreach (var (index, tensor) in tensors.Index())
            {
                _values.Add(OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [.. tensor.Shape]));
                fill(index, MemoryMarshal.Cast<byte, float>(_values[^1].GetTensorMutableRawData()));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<OrtValue> Values => _values;

    public void Dispose() => _values.ForEach(value => value.Dispose());
}
