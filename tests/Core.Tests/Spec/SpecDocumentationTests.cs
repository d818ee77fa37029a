using System.Text;
using System.Text.RegularExpressions;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Core.Tests.Spec;

/// <summary>docs/spec.md cannot lie: its tables are the schema's, its examples parse.</summary>
public sealed partial class SpecDocumentationTests
{
    private static readonly string _document = ReadDocument();

    public static TheoryData<string> Sections => [.. SpecSchema.All.Where(schema => schema.Keys.Count > 0).Select(schema => schema.Name)];

    [Theory]
    [MemberData(nameof(Sections))]
    public void EveryKeyIsDocumentedAsTheSchemaHasIt(string name)
    {
        var schema = SpecSchema.All.Single(schema => schema.Name == name);
        _document.ShouldContain($"\n## {name}\n");
        var section = _document[_document.IndexOf($"\n## {name}\n", StringComparison.Ordinal)..];
        section.ShouldContain(Table(schema), Case.Sensitive);
    }

    [Fact]
    public void EveryExampleParses()
    {
        var examples = Examples().Matches(_document);
        examples.Count.ShouldBeGreaterThan(3);
        foreach (Match example in examples)
            Should.NotThrow(() => CompressionSpec.Parse(example.Groups["yaml"].Value, "docs/spec.md"), example.Value);
    }

    [Fact]
    public void EveryDefaultIsAValueOfItsKey()
    {
        var defaults = SpecSchema.All.SelectMany(schema => schema.Keys).Where(key => key.Default is not null).ToList();
        defaults.Count.ShouldBeGreaterThan(5);
        foreach (var key in defaults)
        {
            var errors = new List<Diagnostic>();
            var node = NodeReader.Read(key.Default!, "default", errors).ShouldNotBeNull();
            new SchemaReader(errors).Read(key.Name, node, key.Value, node.At).ShouldNotBeNull();
            errors.ShouldBeEmpty(key.Name);
        }
    }

    private static string Table(ObjectSchema schema)
    {
        var table = new StringBuilder("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
        foreach (var key in schema.Keys)
        {
            var missing = key.IsRequired ? "required"
                : key.Default is not null ? $"`{key.Default}`"
                : key.DefaultDescription
                    ?? (schema.ExactlyOneOf.Contains(key.Name) ? "exactly one of these"
                        : throw new InvalidOperationException($"{key.Name} has no default"));
            table.Append($"| `{key.Name}` | {key.Value.Expected} | {missing} | {key.Description} |\n");
        }
        return table.ToString();
    }

    private static string ReadDocument()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CompressTasks.sln")))
            folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder.ShouldNotBeNull().FullName, "docs", "spec.md")).ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^```yaml\n(?<yaml>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Examples();
}
