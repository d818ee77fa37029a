namespace CompressTasks.Tasks.Tests.Package;

[Trait("Speed", "Slow")]
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
        var project = feed.CreateProject(
            properties: "<CompressSpec>gone.yml</CompressSpec><CompressHelpPage>https://example.com/diagnostics</CompressHelpPage>");

        var build = await project.BuildAsync($"-logger:{typeof(HelpLinkLogger).FullName},{typeof(HelpLinkLogger).Assembly.Location}");

        build.Output.ShouldContain("HelpLink error CT6001 https://example.com/diagnostics#CT6001");
    }

    [Fact]
    public async Task FailedGateNamesTheThreeWorstWeights()
    {
        var project = feed.CreateProject();
        project.WriteModel("tiny", seed: 1, weights: 5);
        project.Write("compress.yml", """
            models: [ models/*.onnx ]
            rules:
              - { weights: W1, stack: [ quantize: { r2: 0.97 } ] }
              - { weights: W2, stack: [ quantize: { r2: 0.91 } ] }
              - { weights: W3, stack: [ quantize: { r2: 0.99 } ] }
              - { weights: W4, stack: [ quantize: { r2: 0.95 } ] }
              - { weights: W5, stack: [ quantize: { r2: 0.93 } ] }
            gate: { r2: 0.98 }
            """);

        (await project.BuildAsync()).ShouldFail()
            .Output.ShouldMatch(@"error CT4001: .*Worst: W2 \(0\.91\d*\), W5 \(0\.93\d*\), W4 \(0\.95\d*\)\. Give these weights");
    }
}
