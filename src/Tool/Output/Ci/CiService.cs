using CompressTasks.Diagnostics;

namespace CompressTasks.Tool.Output.Ci;

/// <summary>What the service that runs a build offers beside its log.</summary>
/// <param name="annotate">Writes a diagnostic as the service's own command, one line; null when the service has none.</param>
/// <param name="stepSummary">The file that Markdown for the run's page is added to; null for none.</param>
internal sealed class CiService(Func<Diagnostic, string>? annotate, string? stepSummary)
{
    /// <summary>A terminal, or a service that is not known.</summary>
    public static CiService None { get; } = new(annotate: null, stepSummary: null);

    /// <summary>The file that Markdown for the run's page is added to; null for none.</summary>
    public string? StepSummary { get; } = stepSummary;

    /// <summary>Finds the service by the variables that it sets.</summary>
    /// <param name="variable">The value of an environment variable, or null.</param>
    public static CiService Detect(Func<string, string?> variable)
    {
        // Others set this variable too (Gitea, Forgejo, act): the summary does not depend on who runs the step.
        var summary = variable("GITHUB_STEP_SUMMARY") is { Length: > 0 } path ? path : null;
        if (IsTrue(variable("GITHUB_ACTIONS")))
            return new(diagnostic => GitHubCommand.Write(diagnostic, variable("GITHUB_WORKSPACE")), summary);
        return IsTrue(variable("TF_BUILD")) ? new(AzureCommand.Write, summary) : new(annotate: null, summary);
    }

    /// <summary>The line that makes the service show a diagnostic where it belongs; null when there is none.</summary>
    public string? Annotation(Diagnostic diagnostic) => annotate?.Invoke(diagnostic);

    private static bool IsTrue(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
