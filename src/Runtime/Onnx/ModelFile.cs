namespace CompressTasks.Onnx;

/// <summary>One file of a model.</summary>
/// <param name="Name">The main file's name, or the path of external data relative to the model's folder, with <c>/</c>.</param>
/// <param name="Length">Bytes.</param>
internal sealed record ModelFile(string Name, long Length);
