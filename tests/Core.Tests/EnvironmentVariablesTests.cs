using System.Text.RegularExpressions;
using CompressTasks.Corpus;

namespace CompressTasks.Core.Tests;

/// <summary>CONTRIBUTING.md lists what is read from the environment: all of it, and nothing that is gone.</summary>
public sealed partial class EnvironmentVariablesTests
{
    private static readonly string[] _folders = [".ci", "bench", "eng", "samples", "src", "tests"];

    private static readonly string[] _scripts = [".props", ".targets", ".csproj", ".proj", ".sh", ""];

    [Fact]
    public void EveryVariableThatIsReadIsListed() => ReadSomewhere().Except(Listed()).ShouldBeEmpty();

    [Fact]
    public void EveryVariableThatIsListedIsRead() => Listed().Except(ReadSomewhere()).ShouldBeEmpty();

    [Theory]
    [InlineData("Environment.GetEnvironmentVariable(\"SOME_NAME\")")]
    [InlineData("variable(\"SOME_NAME\")")]
    [InlineData("const string Variable = \"SOME_NAME\";")]
    [InlineData("$(DOTNET_SOME_NAME)", "DOTNET_SOME_NAME")]
    [InlineData("cache=${COMPRESSTASKS_NAME:-x}", "COMPRESSTASKS_NAME")]
    public void EveryFormOfReadingIsSeen(string code, string expected = "SOME_NAME") => Names(code).ShouldBe([expected]);

    [Theory]
    [InlineData("start.Environment[\"DOTNET_NOLOGO\"] = \"1\";")]
    [InlineData("$(DotNet) $(Configuration)")]
    public void WhatIsOnlySetIsNotSeen(string code) => Names(code).ShouldBeEmpty();

    private static IEnumerable<string> Listed() =>
        Row().Matches(Section("Environment variables")).Select(row => row.Groups["name"].Value);

    private static string Section(string heading) =>
        File.ReadAllText(Path.Combine(Repository.Root, "CONTRIBUTING.md")).ReplaceLineEndings("\n").Split("\n## ")
            .Single(section => section.StartsWith(heading + "\n", StringComparison.Ordinal));

    private static IEnumerable<string> ReadSomewhere() =>
        _folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*"))
            .Where(IsSource)
            .SelectMany(file => Names(File.ReadAllText(file)));

    private static bool IsSource(string file) =>
        (Path.GetExtension(file) == ".cs" || _scripts.Contains(Path.GetExtension(file)))
        && Path.GetFileName(file) != "EnvironmentVariablesTests.cs"
        && !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar)
            .Any(folder => folder is "bin" or "obj" or "feed" or "TestResults");

    private static IEnumerable<string> Names(string text) => Read().Matches(text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex("""(?:[Vv]ariable\(|Variable = )"(?<name>\w+)"|\$\((?<name>DOTNET_\w+|CI)\)|\b(?<name>COMPRESSTASKS_[A-Z_]+[A-Z])\b""")]
    private static partial Regex Read();

    [GeneratedRegex(@"^\| `(?<name>\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
