using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Uses;

/// <summary>What an app does with a model.</summary>
internal interface IUse
{
    /// <summary>Its name in the table.</summary>
    string Title { get; }

    /// <summary>The model's file, fetched at first use.</summary>
    string Path { get; }

    /// <summary>What the app gets from the model, beside what it gets from the original.</summary>
    string Judge(InferenceSession original, InferenceSession model);
}
