using CompressTasks.Calibration;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Runnable;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>A runnable model in a folder of its own.</summary>
/// <param name="Rewriting">What was done.</param>
/// <param name="Path">The model.</param>
/// <param name="Made">Names of tensors that the original has not.</param>
internal sealed record WrittenModel(Rewriting Rewriting, string Path, IReadOnlySet<string> Made)
{
    public void Delete() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}

/// <summary>Writes runnable forms of a model. Ranges of activations are measured once, and chosen for the first model that needs any.</summary>
/// <param name="opened">The original.</param>
/// <param name="graph">Its graph.</param>
/// <param name="folder">Where models go.</param>
/// <param name="runner">Runs models on the samples of the calibration; null where ranges need not be right.</param>
/// <param name="threads">At least 1.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class RunnableWriter(OpenedModel opened, GraphIndex graph, string folder, OutputGateRunner? runner, int threads,
    CancellationToken cancellationToken)
{
    /// <summary>By value, the ranges that the ways to choose one give.</summary>
    private readonly Dictionary<string, IReadOnlyList<ActivationRange>> _ranges = new(StringComparer.Ordinal);
    private int? _way;
    private int _written;

    /// <summary>Writes a model.</summary>
    /// <exception cref="Diagnostics.CompressException">CT15xx: samples cannot be read or run.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public WrittenModel Write(Rewriting rewriting)
    {
        var rewriter = new GraphRewriter(opened.Model, graph, rewriting);
        if (rewriter.Region is not { } region || runner is null)
            return Write(rewriter, rewriting, _ => default);
        Measure(region.Measured, runner);
        if (_way is { } way)
            return Write(rewriter, rewriting, value => _ranges[value][way]);
        using var original = runner.OpenOriginal();
        var reference = ReferenceRuns.Of(original, runner.Calibration, cancellationToken);
        var best = (Model: (WrittenModel?)null, Figure: double.NegativeInfinity);
        for (var i = 0; i < RangeCollector.Ways; i++)
        {
            var (index, model) = (i, Write(rewriter, rewriting, value => _ranges[value][i]));
            var pooled = runner.Compare(reference, model.Path, threads, cancellationToken).Pooled;
            var figure = pooled.R2 ?? pooled.Equal ?? double.NaN;
            if (best.Model is not null && !(figure > best.Figure))
            {
                model.Delete();
                continue;
            }

            best.Model?.Delete();
            best = (model, double.IsNaN(figure) ? double.NegativeInfinity : figure);
            _way = index;
        }

        return best.Model!;
    }

    private WrittenModel Write(GraphRewriter rewriter, Rewriting rewriting, Func<string, ActivationRange> rangeOf)
    {
        var path = NewPath();
        return new(rewriting, path, rewriter.Write(path, rangeOf));
    }

    private void Measure(IReadOnlyList<string> values, OutputGateRunner on)
    {
        List<string> unknown = [.. values.Where(value => !_ranges.ContainsKey(value))];
        if (unknown.Count == 0)
            return;
        var copy = NewPath();
        RewrittenModel.Write(opened.Model, new GraphEdits(graph, _ => throw new InvalidOperationException("A copy changes no node.")),
            new HashSet<string>(), copy);
        var observed = new ObservedModel(new ModelProto { Graph = graph.Graph }, copy, () => on.OpenCopy(copy).Model);
        var ways = new RangeCollector(observed, on.Calibration, cancellationToken).Collect(unknown);
        foreach (var value in unknown)
            _ranges[value] = [.. ways.Select(ranges => ranges[value])];
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
    }

    /// <summary>Under the name that it will have: external data is found by it.</summary>
    private string NewPath() => Path.Combine(
        Directory.CreateDirectory(Path.Combine(folder, FormattableString.Invariant($"{_written++}"))).FullName,
        Path.ChangeExtension(Path.GetFileName(opened.ArtifactPath), ArtifactName.ModelExtension));
}
