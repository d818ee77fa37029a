using CompressTasks.Outputs;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Tool.OnnxRuntimes;

/// <summary>Finds ONNX Runtime for a run that needs it. Nothing is searched, started or fetched for one that only compresses.</summary>
/// <param name="Library">The native library to use, or a folder that holds it; null to search.</param>
/// <param name="AssetsFile">
/// The <c>project.assets.json</c> of the project that is being built, which need not be there; null outside of builds.
/// </param>
/// <param name="MayRestore">Whether NuGet may fetch the package.</param>
internal sealed record OnnxRuntimeSearch(string? Library, string? AssetsFile, bool MayRestore)
{
    /// <summary>Loads it if the spec asks for outputs, or for ranges of activations.</summary>
    /// <exception cref="Diagnostics.CompressException">CT1513 or CT5011: there is none.</exception>
    public void LoadFor(CompressionSpec spec, Action<string> log, CancellationToken cancellationToken)
    {
        if (spec.RunsAt is not { } at || OnnxRuntimeLoader.IsLoaded)
            return;
        if (!string.IsNullOrEmpty(Library))
        {
            LoadNamed(Library);
            return;
        }

        var reasons = new List<string>();
        if (OnnxRuntimeLoader.TryLoadInstalled(out var reason))
            return;
        reasons.Add(reason);
        if (!TryLoadFromPackages(reasons, log, cancellationToken))
            throw SampleDiagnostics.NoOnnxRuntime(English.And(reasons), Remedy, at);
    }

    /// <summary>Loads what is at hand, for a look that nobody asked for: nothing is fetched, and nothing is said.</summary>
    /// <returns>Why there is none; null when there is.</returns>
    public string? WhyNotAtHand()
    {
        if (OnnxRuntimeLoader.IsLoaded)
            return null;
        if (!string.IsNullOrEmpty(Library))
        {
            LoadNamed(Library);
            return null;
        }

        var reasons = new List<string>();
        if (OnnxRuntimeLoader.TryLoadInstalled(out _))
            return null;
        var assets = string.IsNullOrEmpty(AssetsFile) ? null : ProjectAssets.Read(AssetsFile);
        return AnyLoads(assets?.OnnxRuntimes() ?? [], reasons, _ => { })
            || AnyLoads(OnnxRuntimePackage.In(assets?.PackageFolders ?? [OnnxRuntimePackage.DefaultFolder]), reasons, _ => { })
            ? null : "ONNX Runtime is not at hand";
    }

    /// <summary>What makes another process of the tool search in the same way.</summary>
    public IEnumerable<string> Arguments =>
    [
        .. string.IsNullOrEmpty(Library) ? Array.Empty<string>() : [OnnxRuntimeOptions.LibraryName, Library],
        .. string.IsNullOrEmpty(AssetsFile) ? Array.Empty<string>() : [OnnxRuntimeOptions.AssetsFileName, AssetsFile],
    ];

    private string Remedy => AssetsFile is null
        ? "give --onnxruntime the path of one that was built for this system"
        : "reference the package Microsoft.ML.OnnxRuntime in the project, "
            + "or set CompressOnnxRuntime to the path of one that was built for this system";

    private static void LoadNamed(string path)
    {
        var native = Directory.Exists(path) ? Path.Combine(path, HostPlatform.LibraryName) : path;
        var managed = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(native))!, OnnxRuntimeFiles.ManagedName);
        var reason = $"there is no {native}";
        if (!File.Exists(native) || !OnnxRuntimeLoader.TryLoad(new(Path.GetFullPath(native), File.Exists(managed) ? managed : null), out reason))
            throw ToolDiagnostics.NoOnnxRuntimeAt(path, reason);
    }

    private bool TryLoadFromPackages(List<string> reasons, Action<string> log, CancellationToken cancellationToken)
    {
        var assets = string.IsNullOrEmpty(AssetsFile) ? null : ProjectAssets.Read(AssetsFile);
        if (AnyLoads(assets?.OnnxRuntimes() ?? [], reasons, log))
            return true;
        if (assets is not null && reasons.Count == 1)
            reasons.Add($"no package of the project has one for {HostPlatform.RuntimeIdentifier}");
        if (AnyLoads(OnnxRuntimePackage.In(assets?.PackageFolders ?? [OnnxRuntimePackage.DefaultFolder]), reasons, log))
            return true;
        if (!OnnxRuntimePackage.Platforms.Contains(HostPlatform.RuntimeIdentifier))
        {
            reasons.Add($"the package {OnnxRuntimePackage.Id} has none for {HostPlatform.RuntimeIdentifier}");
            return false;
        }

        if (assets is null)
            return false;
        if (!MayRestore)
        {
            reasons.Add($"CompressRestoreOnnxRuntime keeps NuGet from fetching {OnnxRuntimePackage.Id} {OnnxRuntimeVersion.OfTool}");
            return false;
        }

        log($"Fetching {OnnxRuntimePackage.Id} {OnnxRuntimeVersion.OfTool} into NuGet's package folder, to run the models of this spec.");
        if (new OnnxRuntimeRestore(assets).Run(cancellationToken) is { } failure)
            reasons.Add(failure);
        return AnyLoads(OnnxRuntimePackage.In(assets.PackageFolders), reasons, log);
    }

    private static bool AnyLoads(IEnumerable<OnnxRuntimeFiles> candidates, List<string> reasons, Action<string> log)
    {
        foreach (var candidate in candidates)
        {
            if (OnnxRuntimeLoader.TryLoad(candidate, out var reason))
            {
                log($"Running models in {candidate.Native}.");
                return true;
            }

            reasons.Add(reason);
        }

        return false;
    }
}
