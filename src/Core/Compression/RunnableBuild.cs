using CompressTasks.Calibration;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Runnable;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>A model whose graph was rewritten as its rules say, in a temporary folder that goes when this is disposed.</summary>
internal sealed class RunnableBuild : IDisposable
{
    private readonly TemporaryFolder _folder;

    private RunnableBuild(TemporaryFolder folder, CompressionSpec spec, Rewriting rewriting) =>
        (_folder, Spec, Rewriting) = (folder, spec.WithoutRewriting(), rewriting);

    /// <summary>What codes the weights that are left in float.</summary>
    public CompressionSpec Spec { get; }

    /// <summary>What was done.</summary>
    public Rewriting Rewriting { get; }

    /// <summary>The rewritten model.</summary>
    public OnnxModel Model { get; private set; } = null!;

    /// <summary>Its files, as full paths: the main one first.</summary>
    public IReadOnlyList<string> Files => [.. Model.Files.Select(file => Path.Combine(Path.GetDirectoryName(Model.Path)!, file.Name))];

    /// <summary>Names of tensors that the original has not.</summary>
    public IReadOnlySet<string> Made { get; private set; } = new HashSet<string>();

    /// <summary>The samples on which ranges were measured, as full paths.</summary>
    public IReadOnlyList<string> SampleFiles { get; private set; } = [];

    /// <summary>Rewrites a model.</summary>
    /// <param name="spec">Whose rules say what becomes of its weights.</param>
    /// <param name="opened">The model.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="measuresRanges">Whether activations are measured; without, the model has the right size and nothing else.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <returns>Null when no rule rewrites a graph.</returns>
    /// <exception cref="Diagnostics.CompressException">CT15xx: samples do not fit; CT3090: no file can be written.</exception>
    public static RunnableBuild? Create(CompressionSpec spec, OpenedModel opened, int threads, bool measuresRanges,
        CancellationToken cancellationToken)
    {
        if (spec.Rules.All(rule => rule.Stack.Rewriting is null))
            return null;
        var model = opened.Model;
        var stages = Plan.Create(spec, model).Where(plan => plan.Stack?.Rewriting is not null)
            .ToDictionary(plan => plan.Weight, plan => plan.Stack!.Rewriting);
        var graph = new GraphIndex(model.ReadStructure());
        var rewriting = Rewriting.Decide(model, graph, weight => stages.GetValueOrDefault(weight));
        RunnableBuild? build = null;
        try
        {
            build = new(new TemporaryFolder("runnable"), spec, rewriting);
            build.Write(new(model, graph, rewriting), graph, spec, opened, threads, measuresRanges, cancellationToken);
            return build;
        }
        catch (Exception error)
        {
            build?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw FileDiagnostics.NoTemporaryFile(error);
            throw;
        }
    }

    public void Dispose()
    {
        Model?.Dispose();
        _folder.Dispose();
    }

    private void Write(GraphRewriter rewriter, GraphIndex graph, CompressionSpec spec, OpenedModel opened, int threads, bool measuresRanges,
        CancellationToken cancellationToken)
    {
        if (rewriter.Region is not { } region || !measuresRanges)
        {
            Take(Write(rewriter, "model", opened, _ => default));
            return;
        }

        var stage = Rewriting.Weights.Select(weight => weight.Stage).OfType<IntegerSpec>()
            .First(stage => stage.Activations == ActivationQuantization.Static);
        var gate = spec.Gate?.Outputs;
        var samples = stage.Calibration is { } own ? gate is null ? own : own.Inheriting(gate.Samples) : gate!.Samples;
        var runner = OutputGateRunner.Prepare(new OutputGateSpec(samples, R2: null, Cosine: null, Top1: null, Logits: false, samples.At)
        {
            Only = gate?.Only ?? [],
            Except = gate?.Except ?? [],
        }, spec.Folder, opened.Model, opened.Name, blameBudget: BlameSearch.Least);
        SampleFiles = runner.Files;

        var copy = PathIn("original", opened);
        RewrittenModel.Write(opened.Model, new GraphEdits(graph, _ => throw new InvalidOperationException("A copy changes no node.")),
            new HashSet<string>(), copy);
        var observed = new ObservedModel(new ModelProto { Graph = graph.Graph }, copy, () => runner.OpenCopy(copy).Model);
        var choices = new RangeCollector(observed, runner.Calibration, cancellationToken).Collect(region.Measured);
        using var original = runner.OpenOriginal();
        var reference = runner.Reference(original, cancellationToken);
        var best = (Path: "", Made: Made, Figure: double.NegativeInfinity);
        foreach (var (index, ranges) in choices.Index())
        {
            var (path, made) = Write(rewriter, FormattableString.Invariant($"ranges{index}"), opened, value => ranges[value]);
            var pooled = runner.Compare(reference, path, threads, cancellationToken).Pooled;
            var figure = pooled.R2 ?? pooled.Equal ?? double.NaN;
            if (best.Path.Length == 0 || figure > best.Figure)
                best = (path, made, double.IsNaN(figure) ? double.NegativeInfinity : figure);
        }

        Take((best.Path, best.Made));
    }

    private (string Path, IReadOnlySet<string> Made) Write(GraphRewriter rewriter, string folder, OpenedModel opened,
        Func<string, ActivationRange> rangeOf)
    {
        var path = PathIn(folder, opened);
        return (path, rewriter.Write(path, rangeOf));
    }

    private void Take((string Path, IReadOnlySet<string> Made) written) => (Model, Made) = (OnnxModel.Open(written.Path), written.Made);

    /// <summary>Under the name that it will have: external data is found by it.</summary>
    private string PathIn(string folder, OpenedModel opened) => Path.Combine(
        Directory.CreateDirectory(Path.Combine(_folder.FullName, folder)).FullName,
        Path.ChangeExtension(Path.GetFileName(opened.ArtifactPath), ArtifactName.ModelExtension));
}
