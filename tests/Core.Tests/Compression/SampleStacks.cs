using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Stacks as a spec writes them.</summary>
internal static class SampleStacks
{
    private static readonly Dictionary<string, string> _stages = new(StringComparer.Ordinal)
    {
        ["paper58"] = "gaussian: { components: 8 }, pca: { components: 2, weighting: none }",
        ["tower"] = "gaussian: { components: 8, free: amplitude }, recursive: { pca: { variance: 0.95 }, maxLevels: 6 }",
        ["closed"] = "gaussian: { components: 8 }, pca: { keep: 0.25 }, residual: { r2: 0.99 }",
        ["quantized"] = "quantize: { r2: 0.99 }",
        ["bits"] = "quantize: { bits: 4 }",
        ["step"] = "quantize: { step: 0.01 }",
        ["lossless"] = "lossless",
        ["haar"] = "gaussian: { components: 4 }, haar: { keep: 0.9 }",
        ["haar-rows"] = "haar: { keep: 0.5, axis: rows }",
        ["dct"] = "gaussian: { components: 4 }, dct: { keep: 0.5 }",
        ["dct-rows"] = "dct: { keep: 0.5, axis: rows }",
        ["gaussian-as-l2"] = "gaussian: { components: 4 }, gaussian: { components: 2 }",
        ["recursive-haar"] = "gaussian: { components: 4 }, recursive: { haar: { keep: 0.5 } }",
        ["recursive-dct"] = "gaussian: { components: 4 }, recursive: { dct: { keep: 0.5 } }",
        ["recursive-gaussian"] = "recursive: { gaussian: { components: 2 }, maxLevels: 3 }",
        ["pca-on-weights"] = "pca: { keep: 0.5 }",
        ["residual-of-dct"] = "dct: { keep: 0.25 }, residual: { r2: 0.999 }",
    };

    public static IReadOnlyCollection<string> Names => _stages.Keys;

    public static StackSpec Named(string name) =>
        CompressionSpec.Parse($"models: [ m ]\nstacks: {{ {name}: [ {_stages[name]} ] }}", "compress.yml").Stacks[0];

    /// <summary>As lines of a spec.</summary>
    public static string Yaml(params string[] names) => "stacks:\n" + string.Concat(names.Select(name => $"  {name}: [ {_stages[name]} ]\n"));

    /// <summary>The R² that the stack promises; null when it promises none.</summary>
    public static double? Target(string name) => name switch
    {
        "closed" or "quantized" => 0.99,
        "residual-of-dct" => 0.999,
        _ => null,
    };
}
