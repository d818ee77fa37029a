using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>
/// Notices tensors that are written in several parts, which a parser joins, and that refer to other files: none of the parts alone says what the
/// tensor will be.
/// </summary>
internal sealed class JoinedTensors
{
    private readonly Dictionary<(WireMessage Holder, string Path), bool> _refers = [];

    /// <summary>Takes note of a tensor.</summary>
    /// <returns>Whether it is a part of one that refers to another file, or may.</returns>
    public bool IsPart(FoundTensor tensor)
    {
        if (tensor.Holder is not { } holder)
            return false;
        var refers = tensor.Header.IsExternal || tensor.Header.External.ContainsKey("location");
        if (!_refers.TryGetValue((holder, tensor.Path), out var before))
        {
            _refers.Add((holder, tensor.Path), refers);
            return false;
        }

        _refers[(holder, tensor.Path)] = refers | before;
        return refers | before;
    }
}
