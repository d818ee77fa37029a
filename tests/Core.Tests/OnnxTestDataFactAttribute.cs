using CompressTasks.Corpus;

namespace CompressTasks.Core.Tests;

/// <summary>A fact about <see cref="OnnxTestData"/>, reported as skipped, with the reason, where the models are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnnxTestDataFactAttribute : FactAttribute
{
    public OnnxTestDataFactAttribute() => Skip = OnnxTestData.NotInstalledReason;
}
