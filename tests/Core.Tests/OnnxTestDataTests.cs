using CompressTasks.Corpus;

namespace CompressTasks.Core.Tests;

public class OnnxTestDataTests
{
    [OnnxTestDataFact]
    public void PackageHoldsModelsOfEveryKind()
    {
        string[] kinds = ["node", "pytorch-converted", "pytorch-operator", "simple"];

        foreach (var kind in kinds)
            OnnxTestData.Models.ShouldContain(path => path.Contains($"/data/{kind}/", StringComparison.Ordinal));
    }
}
