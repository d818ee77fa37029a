using CompressTasks.Corpus;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>Compares sessions bit for bit.</summary>
internal static class SessionOutputs
{
    public static readonly GraphOptimizationLevel[] Levels =
        [GraphOptimizationLevel.ORT_DISABLE_ALL, GraphOptimizationLevel.ORT_ENABLE_BASIC, GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
            GraphOptimizationLevel.ORT_ENABLE_ALL];

    // One thread: the order in which sums are formed must not depend on the machine.
    public static SessionOptions Options(GraphOptimizationLevel level) => new()
    {
        GraphOptimizationLevel = level,
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    /// <summary>The outputs for inputs that are made from a seed.</summary>
    public static IReadOnlyList<NamedTensor> Of(InferenceSession session, string modelName, int seed = 3) =>
        OnnxRuntimeOutputs.Run(session, RandomInputs.For(session, modelName, seed));

    public static void ShouldBeBitEqual(IReadOnlyList<NamedTensor> actual, IReadOnlyList<NamedTensor> expected)
    {
        expected.ShouldNotBeEmpty();
        actual.Count.ShouldBe(expected.Count);
        actual.Zip(expected).ShouldAllBe(pair => pair.First.BitEquals(pair.Second));
    }

    /// <summary>At every optimization level, a session of the artifact computes what one of the restored file computes.</summary>
    /// <param name="model">The artifact.</param>
    /// <param name="restored">A path in a folder of its own, to restore to.</param>
    /// <param name="modelName">The name that the inputs are known by.</param>
    public static void ShouldBeThoseOfTheRestoredFile(CompressedModel model, string restored, string modelName)
    {
        model.Restore(restored);
        foreach (var level in Levels)
        {
            using var options = Options(level);
            using var expected = new InferenceSession(restored, options);
            using var actual = model.CreateSession(options);
            ShouldBeBitEqual(Of(actual, modelName), Of(expected, modelName));
        }
    }
}
