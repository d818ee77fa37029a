using System.Text.Json;
using System.Text.RegularExpressions;
using CompressTasks.Corpus;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Core.Tests.Spec.Schema;

public sealed partial class JsonSchemaTests
{
    private static readonly JsonDocument _schema = JsonDocument.Parse(JsonSchema.Write());

    public static TheoryData<string> Specs => new(
        Directory.EnumerateFiles(Repository.Root, "*.yml", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("\nmodels:", StringComparison.Ordinal) && !IsBuilt(path))
            .Select(path => Path.GetRelativePath(Repository.Root, path)));

    public static TheoryData<string> Documents => ["README.md", "docs/samples.md", "docs/spec.md", "src/Tasks/README.md"];

    [Theory]
    [MemberData(nameof(Specs))]
    public void EverySpecOfTheRepositoryIsAccepted(string path) =>
        SpecAsJson.Errors(File.ReadAllText(Path.Combine(Repository.Root, path))).ShouldNotBeNull().ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Documents))]
    public void EverySpecInTheDocumentsIsAccepted(string path)
    {
        var specs = Example().Matches(File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n"))
            .Select(example => example.Groups["yaml"].Value).Where(yaml => yaml.Contains("models:", StringComparison.Ordinal)).ToList();
        specs.ShouldNotBeEmpty("this page has no spec any more: take it off the list");
        foreach (var yaml in specs)
            SpecAsJson.Errors(yaml).ShouldNotBeNull().ShouldBeEmpty(yaml);
    }

    [Fact]
    public void TheSpecThatInitWritesIsAccepted() =>
        SpecAsJson.Errors(StarterSpec.Write("a.onnx", [("w", 5000)])).ShouldNotBeNull().ShouldBeEmpty();

    [Fact]
    public void EveryKeyOfTheReaderIsThereWithItsMeaning()
    {
        foreach (var schema in SpecSchema.All)
        {
            var properties = Properties(schema);
            properties.EnumerateObject().Select(property => property.Name).ShouldBe(schema.Keys.Select(key => key.Name));
            foreach (var key in schema.Keys)
            {
                var property = properties.GetProperty(key.Name);
                property.GetProperty("description").GetString().ShouldNotBeNull().ShouldContain(key.Value.Expected[1..]);
                property.TryGetProperty("default", out _).ShouldBe(key.Default is not null, $"{schema.Name}.{key.Name}");
            }
        }
    }

    [Fact]
    public void EveryReferenceHasItsTarget()
    {
        var definitions = _schema.RootElement.GetProperty("definitions").EnumerateObject().Select(definition => definition.Name).ToHashSet();
        var references = Reference().Matches(_schema.RootElement.GetRawText()).Select(match => match.Groups["name"].Value).ToList();
        references.Count.ShouldBeGreaterThan(10);
        references.ShouldAllBe(name => definitions.Contains(name));
    }

    [Theory]
    [InlineData("version: 1\nmodels: [ 123 ]")]
    [InlineData("models: [ a ]\nstacks:\nrules:\ngate:\nreport:")]
    [InlineData("models: [ a ]\nrules: [ { weights: [ 123, true ], stack: [ lossless ] } ]")]
    [InlineData("models: [ a ]\ngate: { maxBytes: 2 MB }")]
    [InlineData("models: [ a ]\ngate: { maxBytes: 1.5gib }")]
    [InlineData("models: [ a ]\ngate: { outputs: { samples: v.npz, logits: true } }")]
    [InlineData("models: [ a ]\ngate: { outputs: { samples: v.npz, logits: \"true\" } }")]
    [InlineData("models: [ a ]\nrules: [ { weights: a, stack: [ gaussian, { pca: { components: 2 } }, residual: { r2: .9 } ] } ]")]
    public void UnusualFormsThatTheReaderTakesAreAccepted(string yaml) => SpecParsing.Parse(yaml);

    [Theory]
    [InlineData("models: [ a ]\ngate: { maxBytes: 0 MB }")]
    [InlineData(
        "models: [ a ]\nrules: [ { weights: a, stack: [ quantize: { for: outputs, maxTime: 0 s } ] } ]\ngate: { outputs: { samples: v.npz, r2: 0.9 "
            + "} }")]
    [InlineData("models: [ a ]\nrules: [ { weights: a, stack: [ quantize ] } ]")]
    [InlineData("models: [ a ]\noutput: \" \"")]
    [InlineData("[]")]
    public void WhatTheReaderRefusesIsRefused(string yaml) => SpecParsing.Errors(yaml).ShouldNotBeEmpty();

    private static JsonElement Properties(ObjectSchema schema)
    {
        var definition = schema == SpecSchema.Root ? _schema.RootElement : _schema.RootElement.GetProperty("definitions").GetProperty(schema.Name);
        return (definition.TryGetProperty("anyOf", out var forms) ? forms[1] : definition).GetProperty("properties");
    }

    private static bool IsBuilt(string path) => path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj");

    [GeneratedRegex(@"^```yaml\n(?<yaml>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("\"#/definitions/(?<name>[^\"]+)\"")]
    private static partial Regex Reference();
}
