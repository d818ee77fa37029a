using System.Globalization;
using CompressTasks.Tool.Receipts;
using Microsoft.Build.Framework;

namespace CompressTasks.Tasks;

/// <summary>Finds out what a project wants compressed, and gives each run a folder that no run with other settings has.</summary>
internal sealed class RunPlanner(string projectFolder, string outputFolder, bool outputFolderIsShared, DiagnosticLog log)
{
    private const string DefaultSpec = "compress.yml";
    private const string SubfolderPrefix = "compress.";
    private const int DigestLength = 8;

    /// <summary>The run of the project's spec, then one for each spec of items, then one for each item without a spec.</summary>
    /// <param name="spec">The project's spec; empty for none.</param>
    /// <param name="settings">The project's settings.</param>
    /// <param name="items">With the metadata that <see cref="CompressModels.Models"/> describes.</param>
    public IReadOnlyList<CompressionRun> Plan(string? spec, RunSettings settings, IReadOnlyList<ITaskItem> items)
    {
        var runs = new List<CompressionRun>();
        if (!string.IsNullOrEmpty(spec) && Existing(spec!, TaskDiagnostics.SpecNotFound) is { } path
            && AreValid(settings, "CompressR2", "CompressWeightR2", "CompressOnFailure", "CompressProbe"))
            runs.Add(Run(path, [], settings, isOfProject: true));

        foreach (var group in items.GroupBy(item => (Spec: item.GetMetadata("Spec"), Settings(item, settings).Key)))
        {
            var own = Settings(group.First(), settings);
            var models = group.Select(item => Existing(item.ItemSpec, TaskDiagnostics.ModelNotFound)).OfType<string>().Distinct().ToList();
            if (!AreValid(own, "R2", "WeightR2", "OnFailure", "Probe") || models.Count == 0)
                continue;
            if (group.Key.Spec.Length == 0)
                runs.AddRange(models.Select(model => Run(model, [], own, isOfProject: false)));
            else if (Existing(group.Key.Spec, TaskDiagnostics.ItemSpecNotFound) is { } itemSpec)
                runs.Add(Run(itemSpec, models, own, isOfProject: false));
        }

        return runs;
    }

    private static RunSettings Settings(ITaskItem item, RunSettings project)
    {
        return new RunSettings(Or("Format", ""), Or("R2", project.R2), Or("WeightR2", project.WeightR2), Or("OnFailure", project.OnFailure),
            Or("Probe", project.Probe), Or("Baseline", project.Baseline));

        string Or(string metadata, string value) => item.GetMetadata(metadata) is { Length: > 0 } own ? own : value;
    }

    private CompressionRun Run(string input, IReadOnlyList<string> models, RunSettings settings, bool isOfProject)
    {
        var key = CompressionRun.KeyOf(input, models, settings);
        var isPlain = isOfProject && (!outputFolderIsShared || (key.Length == 0 && input == Path.Combine(projectFolder, DefaultSpec)));
        var folder = isPlain ? outputFolder : Path.Combine(outputFolder, Subfolder(input, key));
        return new CompressionRun(input, models, settings, folder, projectFolder);
    }

    private string Subfolder(string input, string key)
    {
        var place = input.StartsWith(projectFolder, StringComparison.Ordinal) ? input.Substring(projectFolder.Length) : input;
        var digest = Digest.Of($"{place.Replace('\\', '/')}\n{key}").Substring(0, DigestLength).ToLowerInvariant();
        return $"{SubfolderPrefix}{Path.GetFileNameWithoutExtension(input)}-{digest}";
    }

    private string? Existing(string path, Func<string, TaskDiagnostic> otherwise)
    {
        var full = Path.GetFullPath(Path.Combine(projectFolder, path));
        if (File.Exists(full))
            return full;
        log.Error(otherwise(full));
        return null;
    }

    private bool AreValid(RunSettings settings, string r2, string weightR2, string onFailure, string probe)
    {
        var valid = IsShare(settings.R2, r2) & IsShare(settings.WeightR2, weightR2);
        return valid & IsOneOf(settings.OnFailure, onFailure, "error", "warning") & IsOneOf(settings.Probe, probe, "true", "false")
            & IsOneOf(settings.Format, "Format", "onnxz", "onnx", "both");
    }

    private bool IsOneOf(string value, string name, params string[] choices)
    {
        if (value.Length == 0 || choices.Contains(value, StringComparer.OrdinalIgnoreCase))
            return true;
        var allButLast = choices.Take(choices.Length - 1);
        log.Error(TaskDiagnostics.InvalidSetting(name, value, $"{string.Join(", ", allButLast)} or {choices[choices.Length - 1]}"));
        return false;
    }

    private bool IsShare(string value, string name)
    {
        if (value.Length == 0 || (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1))
            return true;
        log.Error(TaskDiagnostics.InvalidSetting(name, value, "a number above 0 and below 1, with a point"));
        return false;
    }
}
