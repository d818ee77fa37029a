using CompressTasks.Diagnostics;
using CompressTasks.Tool.Output.Ci;

namespace CompressTasks.Tool.Tests.Output.Ci;

/// <summary>
/// Expected lines by the documentation of workflow commands (GitHub Actions) and of logging commands (Azure Pipelines), and how their own toolkits
/// escape.
/// </summary>
public class AnnotationTests
{
    private static readonly string _root = Path.GetFullPath("/build");

    private static readonly Diagnostic _failure = new("CT4001", Severity.Error, "m.onnx: 99 % is not\r\nenough: a, b; c] d",
        new(Path.Combine(_root, "app", "compress.yml"), 7, 13));

    [Fact]
    public void GitHubGetsAPathInTheWorkspaceLineColumnAndTitle() =>
        GitHubCommand.Write(_failure, _root)
            .ShouldBe("::error file=app/compress.yml,line=7,col=13,title=CT4001::m.onnx: 99 %25 is not\\u000D\\u000Aenough: a, b; c] d");

    [Fact]
    public void GitHubsPropertiesAreEscapedFurtherThanTheMessage()
    {
        var at = new SourceLocation(Path.Combine(_root, "50%, a:b.yml"), 1);
        GitHubCommand.Write(new("CT4009", Severity.Warning, "a, b: c", at), _root)
            .ShouldBe("::warning file=50%25%2C a%3Ab.yml,line=1,title=CT4009::a, b: c");
    }

    [Fact]
    public void GitHubGetsTheFullPathOfAFileOutsideOfTheWorkspace()
    {
        GitHubCommand.Write(_failure, Path.Combine(_root, "ap")).ShouldContain($"file={Escaped(_failure.Location!.File)},");
        GitHubCommand.Write(_failure, null).ShouldContain($"file={Escaped(_failure.Location!.File)},");
    }

    [Fact]
    public void WithoutAPlaceThereIsTheTitleOnly() =>
        GitHubCommand.Write(new("CT5001", Severity.Error, "No.", null), _root).ShouldBe("::error title=CT5001::No.");

    [Fact]
    public void AzureGetsTheFullPathLineColumnAndCode() =>
        AzureCommand.Write(_failure)
            .ShouldBe(
                $"##vso[task.logissue type=error;sourcepath={_failure.Location!.File};linenumber=7;columnnumber=13;code=CT4001;]m.onnx: 99 %AZP25 "
                    + $"is not\\u000D\\u000Aenough: a, b; c] d");

    [Fact]
    public void AzuresPropertiesAreEscapedFurtherThanTheMessage()
    {
        var at = new SourceLocation(Path.Combine(_root, "a;b]c%.yml"));
        AzureCommand.Write(new("CT4009", Severity.Warning, "x;y]z", at))
            .ShouldBe($"##vso[task.logissue type=warning;sourcepath={Path.Combine(_root, "a%3Bb%5Dc%AZP25.yml")};code=CT4009;]x;y]z");
    }

    [Theory]
    [InlineData("GITHUB_ACTIONS", "true", "::error ")]
    [InlineData("TF_BUILD", "True", "##vso[task.logissue ")]
    [InlineData("GITHUB_ACTIONS", "false", null)]
    [InlineData("CI", "true", null)]
    public void TheServiceIsFoundByItsVariable(string name, string value, string? start)
    {
        var annotation = CiService.Detect(variable => variable == name ? value : null).Annotation(_failure);
        if (start is null)
            annotation.ShouldBeNull();
        else
            annotation.ShouldNotBeNull().ShouldStartWith(start);
    }

    private static string Escaped(string path) => path.Replace(":", "%3A", StringComparison.Ordinal);
}
