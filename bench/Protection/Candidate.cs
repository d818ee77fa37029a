using System.Globalization;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Onnx;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Protection;

/// <summary>A way to choose the R² of weights.</summary>
/// <param name="Title">Its name in the table.</param>
/// <param name="Rules">The rules of a spec for a model, and by how much the usual 1 − R² is multiplied.</param>
internal sealed record Candidate(string Title, Func<OnnxModel, double, string> Rules)
{
    private const int LeastElements = 1024;
    private const double Protected = 0.9999;

    public static IReadOnlyList<Candidate> All { get; } =
    [
        new("R² 0.99", (_, scale) => Rest(0.99, scale)),
        new("R² 0.99, tables coded too", (_, scale) => Rest(0.99, scale).Replace("stack:", "tables: code, stack:", StringComparison.Ordinal)),
        new("0.99, those below 4 % of the values 0.9999", (model, scale) => Small(model.Weights, 0.04) + Rest(0.99, scale)),
        new("0.99, first and last 0.9999", (model, scale) => Ends(Coded(model.Weights)) + Rest(0.99, scale)),
        new("0.99 of the median row", (model, scale) => OfMedianRow(model, 0.99, scale)),
        new("0.99 of the bulk", (_, scale) => Rest(0.99, scale, ", of: bulk")),
        new("R² 0.995", (_, scale) => Rest(0.995, scale)),
        new("R² 0.999", (_, scale) => Rest(0.999, scale)),
        new("0.999 of the bulk", (_, scale) => Rest(0.999, scale, ", of: bulk")),
    ];

    /// <summary>One weight alone at R² 0.9999, or one alone at R² 0.99 and all others exact.</summary>
    public static IEnumerable<Candidate> Single(IReadOnlyList<OnnxWeight> weights) => Coded(weights).SelectMany(weight => (Candidate[])
    [
        new($"{weight}: alone 0.9999", (_, scale) => At(Protected, weight.Path) + Rest(0.99, scale)),
        new($"{weight}: alone 0.99", (_, scale) => At(Scaled(0.99, scale), weight.Path)),
    ]);

    private static List<OnnxWeight> Coded(IReadOnlyList<OnnxWeight> weights) =>
        [.. weights.Where(weight => weight is { IsFloatingPoint: true, CanExcise: true, Elements: >= LeastElements })];

    private static string Small(IReadOnlyList<OnnxWeight> weights, double share)
    {
        var most = (long)(share * Coded(weights).Sum(weight => weight.Elements));
        return most < LeastElements ? "" : string.Create(CultureInfo.InvariantCulture,
            $"  - {{ weights: '**', maxElements: {most}, stack: [ quantize: {{ r2: {Protected} }} ] }}\n");
    }

    private static string Ends(List<OnnxWeight> weights) => At(Protected, weights[0].Path, weights[^1].Path);

    /// <summary>For each weight the R² at which its error is to the median row as it would be to all of them.</summary>
    private static string OfMedianRow(OnnxModel model, double r2, double scale) =>
        string.Concat(Coded(model.Weights)
            .GroupBy(weight => Scaled(r2, scale * Math.Min(1, MedianRow(Rows(model, weight)))), weight => weight.Path)
            .Select(group => At(group.Key, [.. group])));

    private static double MedianRow(double[][] rows)
    {
        var energies = rows.Select(row => row.Sum(value => value * value)).Order().ToList();
        return energies[energies.Count / 2] / energies.Average();
    }

    private static double[][] Rows(OnnxModel model, OnnxWeight weight)
    {
        var values = new double[weight.Elements];
        model.ReadValues(weight, values);
        var mean = values.Average();
        return [.. values.Select(value => value - mean).Chunk((int)(weight.Elements / Math.Max(1, weight.Shape[0])))];
    }

    private static string At(double r2, params string[] paths)
    {
        var globs = string.Join(", ", paths.Distinct().Select(path => OutputModel.Quoted(WeightGlob.Escape(path))));
        return string.Create(CultureInfo.InvariantCulture, $"  - {{ weights: [ {globs} ], stack: [ quantize: {{ r2: {r2} }} ] }}\n");
    }

    private static string Rest(double r2, double scale, string options = "") => string.Create(CultureInfo.InvariantCulture,
        $"  - {{ weights: '**', stack: [ quantize: {{ r2: {Scaled(r2, scale)}{options} }} ] }}\n");

    private static double Scaled(double r2, double scale) => 1 - ((1 - r2) * scale);
}
