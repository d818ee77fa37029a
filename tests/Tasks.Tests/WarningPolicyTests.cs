namespace CompressTasks.Tasks.Tests;

public class WarningPolicyTests
{
    [Theory]
    [InlineData("CT4001")]
    [InlineData("1701;ct4001")]
    [InlineData(" 1701, CT4001 ")]
    [InlineData("CT4003;\n  CT4001")]
    public void CodeInTheListIsSilenced(string list)
    {
        new WarningPolicy(list, null, null, treatWarningsAsErrors: false).IsSilenced("CT4001").ShouldBeTrue();
        new WarningPolicy(list, null, null, treatWarningsAsErrors: false).IsSilenced("CT4002").ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "", false, false)]
    [InlineData("CT4001", "", false, true)]
    [InlineData("", "", true, true)]
    [InlineData("", "CT4001", true, false)]
    [InlineData("CT4001", "CT4001", false, true)]
    public void NamedWarningsAndAllWarningsBecomeErrors(string asErrors, string notAsErrors, bool all, bool expected) =>
        new WarningPolicy("", asErrors, notAsErrors, all).IsError("CT4001").ShouldBe(expected);
}
