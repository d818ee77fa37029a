using System.Reflection;
using System.Xml.Linq;
using CompressTasks.Compression;
using CompressTasks.Corpus;

namespace CompressTasks.Core.Tests.PublicApi;

public sealed class PublicApiTests
{
    private const string Regenerate = "COMPRESSTASKS_NEW_PUBLIC_API";

    private static readonly Assembly _core = typeof(Compressor).Assembly;

    /// <summary>A change of the public API is a decision: it shows in the diff of one file.</summary>
    [Fact]
    public void ThePublicApiIsTheOneThatIsCommitted()
    {
        var file = Path.Combine(Repository.Root, "src", "Core", "PublicAPI.txt");
        var actual = ApiList.Of(_core);
        if (Environment.GetEnvironmentVariable(Regenerate) == "1")
            File.WriteAllText(file, actual);
        File.ReadAllText(file).ReplaceLineEndings("\n").ShouldBe(actual, $"The public API has changed. If that is meant, run this test with {Regenerate}=1, which writes {file}, and commit the file.");
    }

    [Fact]
    public void EveryPublicTypeAndMemberIsDocumented()
    {
        var documented = XDocument.Load(Path.ChangeExtension(_core.Location, ".xml")).Descendants("member").Select(member => member.Attribute("name")!.Value).ToHashSet();
        documented.Count.ShouldBeGreaterThan(20);
        var missing = _core.GetExportedTypes().Where(type => !documented.Contains($"T:{type.FullName}")).Select(type => type.FullName)
            .Concat(_core.GetExportedTypes().SelectMany(ApiList.Written).OfType<PropertyInfo>().Where(property => !IsDocumented(property, documented)).Select(property => $"{property.DeclaringType}.{property.Name}"));
        missing.ShouldBeEmpty();
    }

    /// <summary>A property of a record's head is documented with the parameter that it is made of.</summary>
    private static bool IsDocumented(PropertyInfo property, HashSet<string> documented) =>
        documented.Contains($"P:{property.DeclaringType!.FullName}.{property.Name}")
        || property.DeclaringType.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.Name == property.Name));

    [Theory]
    [InlineData("CompressTasks.Compression.Compressor")]
    [InlineData("CompressTasks.Spec.CompressionSpec")]
    [InlineData("CompressTasks.Reporting.CompressionReport")]
    [InlineData("CompressTasks.Runtime.CompressedModel")]
    [InlineData("CompressTasks.Diagnostics.CompressException")]
    public void WhatUsersOfTheLibraryNeedIsPublic(string type) => _core.GetExportedTypes().Select(exported => exported.FullName).ShouldContain(type);
}
