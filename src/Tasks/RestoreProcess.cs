using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>Makes an ordinary model of an artifact, to be mapped. Used by <see cref="MaterializeModels"/>, not by projects.</summary>
/// <param name="artifact">Full path.</param>
/// <param name="model">The model to write, over what is there; full path.</param>
internal sealed class RestoreProcess(string artifact, string model, Compressor tool, DiagnosticLog log, CancellationToken cancellationToken)
    : ToolProcess(tool, log, cancellationToken)
{
    /// <inheritdoc/>
    protected override void AppendArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("restore");
        arguments.AppendFileNameIfNotNull(artifact);
        Append(arguments, "--output", model);
        arguments.AppendSwitch("--external-data");
        arguments.AppendSwitch("--force");
        Append(arguments, "--threads", Compressor.Threads);
    }
}
