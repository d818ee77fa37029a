using CompressTasks.Diagnostics;

namespace CompressTasks.Core.Tests.Diagnostics;

public class DiagnosticCatalogTests
{
    [Fact]
    public void AnEntryIsPlainText()
    {
        var entry = DiagnosticCatalog.Find("CT5010").ShouldNotBeNull();
        entry.Cause.ShouldBe("compare: the candidate is worse than the baseline; figures, thresholds and weights are named (rules).");
        entry.Remedy.ShouldBe("Mend the spec, or make its report the new baseline, or tolerate more.");
    }

    [Fact]
    public void WhatIsNotDocumentedHasNone() => DiagnosticCatalog.Find("CT0000").ShouldBeNull();

    [Theory]
    [InlineData("CT1511")]
    [InlineData("CT4001")]
    [InlineData("CT4002")]
    [InlineData("CT4003")]
    [InlineData("CT4004")]
    [InlineData("CT4005")]
    [InlineData("CT4006")]
    [InlineData("CT4007")]
    [InlineData("CT4008")]
    [InlineData("CT4009")]
    [InlineData("CT4018")]
    [InlineData("CT4019")]
    public void WhatReportsShowIsUnderstoodWithoutTheRowsBefore(string code)
    {
        var entry = DiagnosticCatalog.Find(code).ShouldNotBeNull();
        entry.Cause.Length.ShouldBeGreaterThan(20);
        entry.Remedy.Length.ShouldBeGreaterThan(15);
        entry.Remedy.ShouldNotStartWith("The same");
    }
}
