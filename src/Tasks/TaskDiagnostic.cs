namespace CompressTasks.Tasks;

/// <summary>An error of the MSBuild task, before or after the tool ran.</summary>
internal sealed class TaskDiagnostic(string code, string message)
{
    public string Code { get; } = code;

    public string Message { get; } = message;
}
