using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Spec;

namespace CompressTasks.Compression;

/// <summary>The models of a spec, open, and known to be what its rules are for: where a plan and a run of it both begin.</summary>
internal sealed class OpenedModels : IDisposable
{
    private readonly List<OpenedModel> _models = [];

    /// <exception cref="CompressException">Something is wrong with the spec or a model.</exception>
    public OpenedModels(CompressionSpec spec, CompressionOptions options)
    {
        try
        {
            foreach (var file in spec.FindModels())
                _models.Add(new(OnnxModel.Open(file.Path), Relative(spec, file.Path), ArtifactPath(spec, file, options))
                {
                    At = file.At,
                    Format = file.Format,
                });
            var overviews = _models.Count > 1 ? OverviewFiles.PathsIn(options.OutputFolder(spec), spec.Reports) : [];
            OutputPaths.Require(spec, _models, overviews, options.KeepsRecords);
            if (spec.Baseline is { } baseline)
                Compare(baseline, spec, options);
            List<OnnxModel> models = [.. _models.Select(opened => opened.Model)];
            Plan.RequireRulesUsed(spec, models);
            ExceptedOperators.RequireFound(spec, models);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>In the spec's order.</summary>
    public IReadOnlyList<OpenedModel> Models => _models;

    public void Dispose()
    {
        foreach (var opened in _models)
            opened.Model.Dispose();
    }

    private void Compare(BaselineSpec baseline, CompressionSpec spec, CompressionOptions options)
    {
        var root = options.BaselineRoot ?? options.OutputFolder(spec);
        var names = _models.Select(opened => Path.GetRelativePath(root, Path.ChangeExtension(Path.GetFullPath(opened.ArtifactPath), null)));
        var baselines = ModelBaseline.Read(baseline, spec.Folder, SourceTree.Around(spec.Folder), [.. names], isFlat: options.BaselineRoot is null);
        foreach (var (index, read) in baselines.Index())
            _models[index] = _models[index] with { Baseline = read };
    }

    private static string Relative(CompressionSpec spec, string path) => Path.GetRelativePath(spec.Folder, path).Replace('\\', '/');

    /// <summary>Where the artifact of a model goes, and a runnable model beside it.</summary>
    public static IEnumerable<string> WrittenPaths(CompressionSpec spec, Spec.ModelFile file, CompressionOptions options)
    {
        var artifact = ArtifactPath(spec, file, options);
        return file.Format == ModelFormat.Both ? [artifact, Path.ChangeExtension(artifact, ArtifactName.ModelExtension)] : [artifact];
    }

    /// <summary>Where the artifact of a model goes.</summary>
    public static string ArtifactPath(CompressionSpec spec, Spec.ModelFile file, CompressionOptions options) =>
        options.Output is { } folder ? Path.Combine(folder, Path.GetRelativePath(spec.OutputFolder, file.ArtifactPath)) : file.ArtifactPath;
}

/// <summary>A model of a spec.</summary>
/// <param name="Model">The model itself.</param>
/// <param name="Name">As the reader of the spec knows it; the same on every machine.</param>
/// <param name="ArtifactPath">Where its artifact goes.</param>
internal sealed record OpenedModel(OnnxModel Model, string Name, string ArtifactPath)
{
    /// <summary>Where the spec names it.</summary>
    public required SourceLocation At { get; init; }

    /// <summary>What is written.</summary>
    public ModelFormat Format { get; init; } = ModelFormat.Onnxz;

    /// <summary>Where a runnable model goes beside its artifact; null where none does.</summary>
    public string? RunnablePath => Format == ModelFormat.Both ? Path.ChangeExtension(ArtifactPath, ArtifactName.ModelExtension) : null;

    /// <summary>What its report is compared with; null for nothing.</summary>
    public ModelBaseline? Baseline { get; init; }

    /// <summary>Full paths of its files.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(Model.Path))!;
            return [.. Model.Files.Select(file => Path.Combine(folder, file.Name))];
        }
    }
}
