namespace CompressTasks.Tasks.Tests.Package;

public sealed class LogTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task BinaryLogTellsWhatHappened()
    {
        var project = feed.CreateProject();
        project.WriteSpec(TestProject.FailingGate);
        (await project.BuildAsync("-bl:build.binlog")).ShouldFail();

        var replay = await project.RunAsync("msbuild", project.In("build.binlog"));

        replay.Output.ShouldContain("Compressing the models of");
        replay.Output.ShouldContain("tiny.onnx -> ");
        replay.Output.ShouldContain($"{project.In("compress.yml")}(10,7): error CT4001");
    }

    [Theory]
    [InlineData("error CT4001", "")]
    [InlineData("warning CT4001", "\n  onFailure: warning")]
    public async Task ErrorsAndWarningsLinkToTheirDocumentation(string expected, string onFailure)
    {
        var project = feed.CreateProject();
        project.WriteSpec(TestProject.FailingGate + onFailure);
        var logger = $"-logger:{typeof(HelpLinkLogger).FullName},{typeof(HelpLinkLogger).Assembly.Location}";

        var build = await project.BuildAsync(logger);

        var line = build.Output.Split('\n').First(text => text.StartsWith($"HelpLink {expected} ", StringComparison.Ordinal));
        var link = new Uri(line.Trim().Split(' ')[3]);
        link.Fragment.ShouldBe("#CT4001");
        File.ReadAllText(link.LocalPath).ShouldContain("<a id=\"CT4001\"></a>");
    }

    [Fact]
    public async Task HelpLinksCanLeadElsewhere()
    {
        var project = feed.CreateProject(properties: "<CompressSpec>gone.yml</CompressSpec><CompressHelpPage>https://example.com/diagnostics</CompressHelpPage>");

        var build = await project.BuildAsync($"-logger:{typeof(HelpLinkLogger).FullName},{typeof(HelpLinkLogger).Assembly.Location}");

        build.Output.ShouldContain("HelpLink error CT6001 https://example.com/diagnostics#CT6001");
    }

    [Fact]
    public async Task FailedGateNamesTheThreeWorstWeightsAtMost()
    {
        var project = feed.CreateProject();
        project.WriteSpec(TestProject.FailingGate);

        (await project.BuildAsync()).ShouldFail().Output.ShouldMatch(@"error CT4001: .*Worst: W \(0\.9\d+\)");
    }
}
