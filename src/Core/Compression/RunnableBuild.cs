using CompressTasks.Compression.Layers;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Runnable;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>A model whose graph was rewritten as its rules say, in a temporary folder that goes when this is disposed.</summary>
internal sealed class RunnableBuild : IDisposable
{
    private readonly TemporaryFolder _folder;

    private RunnableBuild(TemporaryFolder folder, CompressionSpec spec) => (_folder, Spec) = (folder, spec.WithoutRewriting());

    /// <summary>What codes the weights that are left in float.</summary>
    public CompressionSpec Spec { get; }

    /// <summary>What was done.</summary>
    public Rewriting Rewriting { get; private set; } = null!;

    /// <summary>How it was found; null when the spec says it.</summary>
    public LayerSearchSummary? Search { get; private set; }

    /// <summary>The rewritten model.</summary>
    public OnnxModel Model { get; private set; } = null!;

    /// <summary>Its files, as full paths: the main one first.</summary>
    public IReadOnlyList<string> Files => [.. Model.Files.Select(file => Path.Combine(Path.GetDirectoryName(Model.Path)!, file.Name))];

    /// <summary>Names of tensors that the original has not.</summary>
    public IReadOnlySet<string> Made { get; private set; } = new HashSet<string>();

    /// <summary>As reports say how weights were rounded, by path.</summary>
    public IReadOnlyDictionary<string, string> Rounding { get; private set; } = new Dictionary<string, string>();

    /// <summary>What samples had to do with the rounding of weights; null when none were to.</summary>
    public RoundingSummary? RoundingOfAll { get; private set; }

    /// <summary>The samples on which layers were measured, as full paths.</summary>
    public IReadOnlyList<string> SampleFiles { get; private set; } = [];

    /// <summary>Rewrites a model.</summary>
    /// <param name="spec">Whose rules say what becomes of its weights.</param>
    /// <param name="opened">The model.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="progress">Makes the meter of a phase, given its total.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <returns>Null when no rule rewrites a graph.</returns>
    /// <exception cref="Diagnostics.CompressException">CT15xx: samples do not fit; CT3090: no file can be written.</exception>
    public static RunnableBuild? Create(CompressionSpec spec, OpenedModel opened, int threads, Func<CompressionPhase, long, ProgressMeter> progress,
        CancellationToken cancellationToken) =>
        Create(spec, opened, build => build.Make(spec, opened, threads, progress, cancellationToken));

    /// <summary>
    /// The same for a plan: nothing is measured, and the model has the right size and nothing else. A search is thought to find 8 bits.
    /// </summary>
    public static RunnableBuild? Plan(CompressionSpec spec, OpenedModel opened, CancellationToken cancellationToken) =>
        Create(spec, opened, build =>
        {
            var graph = new GraphIndex(opened.Model.ReadStructure());
            var usual = Candidates(spec, opened, graph).Usual;
            using var writer = new RunnableWriter(opened, graph, usual, build._folder.FullName, runner: null, [], threads: 1,
                (_, _) => ProgressMeter.None, cancellationToken);
            build.Take(writer.Write(usual));
        });

    private static RunnableBuild? Create(CompressionSpec spec, OpenedModel opened, Action<RunnableBuild> make)
    {
        if (spec.Rules.All(rule => rule.Stack.Rewriting is null))
            return null;
        RunnableBuild? build = null;
        try
        {
            build = new(new TemporaryFolder("runnable"), spec);
            make(build);
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

    private void Make(CompressionSpec spec, OpenedModel opened, int threads, Func<CompressionPhase, long, ProgressMeter> progress,
        CancellationToken cancellationToken)
    {
        var graph = new GraphIndex(opened.Model.ReadStructure());
        var candidates = Candidates(spec, opened, graph);
        var (runner, usual) = (Runner(spec, opened, candidates), candidates.Usual);
        SampleFiles = runner?.Files ?? [];
        using var writer = new RunnableWriter(
            opened, graph, usual, _folder.FullName, runner, candidates.Calibrated, threads, progress, cancellationToken);
        if (candidates.Search is not { } stage)
        {
            Take(writer.Write(usual));
            RoundingOfAll = writer.Rounding;
            return;
        }

        var search = new LayerSearch(spec.Gate!, stage.Search!, opened, candidates, writer, runner!, threads, progress, cancellationToken);
        var (written, summary) = search.Run();
        // What was judged is the model with all layers of integers, not this one.
        (Search, RoundingOfAll) = (summary, writer.Rounding is { } rounding ? rounding with { NearestR2 = null, R2 = null } : null);
        Take(written);
    }

    /// <summary>What measures layers, and compares outputs in a search; null where nothing has to be run.</summary>
    private static OutputGateRunner? Runner(CompressionSpec spec, OpenedModel opened, LayerCandidates candidates)
    {
        var gate = spec.Gate?.Outputs;
        if (candidates.Search is { } search)
            return OutputGateRunner.Prepare(gate!, spec.Folder, opened.Model, opened.Name, search.Calibration, BlameSearch.Least);
        if (candidates.Measured is not { } stage)
            return null;
        var samples = stage.Calibration ?? gate!.Samples;
        return OutputGateRunner.Prepare(gate ?? new OutputGateSpec(samples, R2: null, Cosine: null, Top1: null, Logits: false, samples.At),
            spec.Folder, opened.Model, opened.Name, stage.Calibration, BlameSearch.Least);
    }

    private static LayerCandidates Candidates(CompressionSpec spec, OpenedModel opened, GraphIndex graph) =>
        new(opened.Model, graph, Stages(spec, opened.Model)) { Graph = spec.Float16Graph };

    private static IReadOnlyDictionary<OnnxWeight, StageSpec> Stages(CompressionSpec spec, OnnxModel model) =>
        Compression.Plan.Create(spec, model).Where(plan => plan.Stack?.Rewriting is not null)
            .ToDictionary(plan => plan.Weight, plan => plan.Stack!.Rewriting!);

    private void Take(WrittenModel written) =>
        (Rewriting, Model, Made, Rounding) = (written.Rewriting, OnnxModel.Open(written.Path), written.Made, written.Rounding);
}
