using CompressTasks.Corpus;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Uses;

/// <summary>ISNet with its weights in integers: none of them is coded with a loss.</summary>
internal sealed class IntegerModel : IUse
{
    public string Title => "ISNet, 8-bit integers";

    public string Path => LargeModels.IsNetIntegers;

    public string Judge(InferenceSession original, InferenceSession model) => "as before: its integers are carried exactly";
}
