using System.Globalization;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>Stacks, as a spec writes them.</summary>
internal static class Stacks
{
    public static StackSpec Lossless { get; } = Parse("lossless");

    public static StackSpec Quantize(double r2) => Parse(string.Create(CultureInfo.InvariantCulture, $"quantize: {{ r2: {r2} }}"));

    /// <param name="stages">Stages with their options, separated by commas.</param>
    public static StackSpec Parse(string stages) =>
        CompressionSpec.Parse($"models: [ m ]\nstacks: {{ stack: [ {stages} ] }}", "compress.yml").Stacks[0];

    /// <param name="stages">Stages that lose something.</param>
    /// <param name="r2">R² to the weights that <c>residual</c> restores.</param>
    public static StackSpec Closed(string stages, double r2) =>
        Parse(string.Create(CultureInfo.InvariantCulture, $"{stages}, residual: {{ r2: {r2} }}"));
}
