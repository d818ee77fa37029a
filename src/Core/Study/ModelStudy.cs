using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.WeightCoding;

namespace CompressTasks.Study;

/// <summary>Prints the papers' experiments for any model.</summary>
internal static class ModelStudy
{
    /// <summary>Studies the floating-point weights with at least two axes whose path matches.</summary>
    /// <param name="modelPath">The model.</param>
    /// <param name="glob">A glob over weight paths.</param>
    /// <param name="components">Gaussians per row, 1 to 64.</param>
    /// <param name="rows">Only the first rows of each weight; null for all.</param>
    /// <param name="refine">
    /// False stops the fit of the Gaussians after the pursuit, without variable projection: the plainest form of the papers' first stage.
    /// </param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="cancellationToken">Stops the study.</param>
    /// <returns>The tables; without rows when no weight matches.</returns>
    /// <exception cref="CompressException">The model cannot be opened, or the glob is malformed.</exception>
    public static StudyTables Run(string modelPath, string glob, int components, int? rows, bool refine, int threads,
        CancellationToken cancellationToken)
    {
        var pattern = WeightGlob.Parse(glob);
        var first = new List<GaussianRow>();
        var second = new List<SecondStageRow>();
        var tower = new List<TowerRow>();
        using var model = OnnxModel.Open(modelPath);
        foreach (
            var weight in model.Weights.Where(w => w is { IsFloatingPoint: true, IsSparse: false, Elements: > 0, Shape.Count: > 1 }
                && pattern.IsMatch(w.Path)))
        {
            var values = new double[weight.Elements];
            model.ReadValues(weight, values);
            if (!values.All(double.IsFinite))
                continue;
            var study = new WeightStudy(weight.Path, FirstRows(MatrixView.Of(weight.Shape, values), rows), components, refine, threads);
            var stages = study.Stages(cancellationToken);
            first.Add(stages.First);
            second.AddRange(stages.Second);
            tower.AddRange(study.Tower(cancellationToken));
        }

        return new(first, second, tower);
    }

    private static Matrix FirstRows(Matrix matrix, int? rows) => rows is { } count && count < matrix.Rows
        ? new Matrix(count, matrix.Columns, matrix.Values[..(count * matrix.Columns)])
        : matrix;
}
