using CompressTasks.Core.Tests.Spec.Schema;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

/// <summary>Reads the specs of the tests, and demands of the JSON Schema, each time, that it judges as the reader does.</summary>
internal static class SpecParsing
{
    /// <summary>
    /// Mistakes of meaning, which no JSON Schema sees: it knows no other keys than those of the value before it, no grammar of globs and names, no
    /// file system, no places. By code.
    /// </summary>
    private static readonly Dictionary<string, string> _meaning = new(StringComparer.Ordinal)
    {
        ["CT1021"] = "a rule names a stack that the spec does not have",
        ["CT1022"] = "the grammar of globs",
        ["CT1023"] = "which stages may follow which, and how many columns they leave",
        ["CT1024"] = "one number compared with another",
        ["CT1025"] = "what the weights of the model are called",
        ["CT1026"] = "options of quantize that contradict each other",
        ["CT1027"] = "for: outputs and the gate on outputs, which are in different places",
        ["CT1028"] = "keys of gate.outputs that need or exclude each other",
        ["CT1030"] = "files that do not exist",
        ["CT1031"] = "folders that cannot be searched",
        ["CT1032"] = "two models with one artifact",
        ["CT1033"] = "an artifact in a model's place",
        ["CT1034"] = "file names that some systems refuse",
        ["CT1035"] = "options of integer that contradict each other, and samples in other places",
        ["CT1036"] = "formats that stages have to make",
        ["CT1037"] = "a graph of float16 beside other rules, and options that need it",
        ["CT1530"] = "what a metric's command says, and metrics compared with one another",
        ["CT1501"] = "two ends of a range, the lower one first",
    };

    public static CompressionSpec Parse(string yaml)
    {
        var spec = CompressionSpec.Parse(yaml, "compress.yml");
        (SpecAsJson.Errors(yaml) ?? []).ShouldBeEmpty($"the reader accepts what the JSON Schema refuses:\n{yaml}");
        return spec;
    }

    /// <summary>All that the reader finds wrong, as editors and MSBuild read it.</summary>
    public static string[] Errors(string yaml)
    {
        var diagnostics = Should.Throw<CompressException>(() => CompressionSpec.Parse(yaml, "compress.yml")).Diagnostics;
        if (diagnostics.Any(diagnostic => !_meaning.ContainsKey(diagnostic.Code)) && SpecAsJson.Errors(yaml) is { } errors)
            errors.ShouldNotBeEmpty($"the JSON Schema accepts what the reader refuses:\n{yaml}\n{string.Join('\n', diagnostics)}");
        return [.. diagnostics.Select(diagnostic => diagnostic.ToString())];
    }
}
