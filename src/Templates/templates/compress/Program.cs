using CompressTasks.Runtime;

// The build has made the artifact of the model that compress.yml names, and fails where it is not good enough.
using var model = CompressedModel.Open(Path.Combine(AppContext.BaseDirectory, "model.onnxz"));
using var session = model.CreateSession();

// An ordinary InferenceSession of ONNX Runtime.
foreach (var (name, input) in session.InputMetadata)
    Console.WriteLine($"input {name}: {input.ElementDataType} [{string.Join(", ", input.Dimensions)}]");
foreach (var (name, output) in session.OutputMetadata)
    Console.WriteLine($"output {name}: {output.ElementDataType} [{string.Join(", ", output.Dimensions)}]");
