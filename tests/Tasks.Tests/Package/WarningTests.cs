namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Codes of this package obey the properties that the compiler's obey, also in builds that compress nothing.</summary>
[Trait("Speed", "Slow")]
public sealed class WarningTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task WarningIsGivenAgainByBuildsThatSkip()
    {
        var project = CreateProject();
        (await project.BuildAsync()).ShouldHaveCompressed().Output.ShouldContain($"{project.In("compress.yml")}(10,7): warning CT4001");

        (await project.BuildAsync()).ShouldHaveSkipped().Output.ShouldContain($"{project.In("compress.yml")}(10,7): warning CT4001");
    }

    [Theory]
    [InlineData("NoWarn=CT4001", "")]
    [InlineData("NoWarn=CS0168;CT4001", "")]
    [InlineData("WarningsAsErrors=CT4001", "error CT4001")]
    [InlineData("TreatWarningsAsErrors=true", "error CT4001")]
    [InlineData("TreatWarningsAsErrors=true;WarningsNotAsErrors=CT4001", "warning CT4001")]
    [InlineData("TreatWarningsAsErrors=true;NoWarn=CT4001", "")]
    [InlineData("MSBuildTreatWarningsAsErrors=true", "error CT4001")]
    public async Task PropertiesSayWhatBecomesOfAWarning(string properties, string expected)
    {
        var project = CreateProject(string.Concat(Properties(properties)));

        foreach (var build in new[] { await project.BuildAsync(), await project.BuildAsync() })
        {
            if (expected.StartsWith("error", StringComparison.Ordinal))
                build.ShouldFail();
            else
                build.ShouldSucceed();
            if (expected.Length > 0)
                build.Output.ShouldContain($"{project.In("compress.yml")}(10,7): {expected}");
            else
                build.Output.ShouldNotContain("warning CT");
        }
    }

    [Fact]
    public async Task SwitchOfTheCommandLineMakesErrorsOfWarnings()
    {
        var project = CreateProject();
        (await project.BuildAsync("-warnAsError:CT4001")).ShouldFail().Output.ShouldContain("error CT4001");

        (await project.BuildAsync("-warnAsError:CT4001")).ShouldFail().Output.ShouldContain("error CT4001");
    }

    private TestProject CreateProject(string properties = "")
    {
        var project = feed.CreateProject(properties: properties);
        project.WriteSpec($"{TestProject.FailingGate}\n  onFailure: warning");
        return project;
    }

    private static IEnumerable<string> Properties(string text)
    {
        // The values may hold semicolons themselves.
        var names = System.Text.RegularExpressions.Regex.Split(text, ";(?=[A-Za-z]+=)");
        return names.Select(pair => pair.Split('=', 2)).Select(pair => $"<{pair[0]}>{pair[1]}</{pair[0]}>");
    }
}
