using System.CommandLine;
using CompressTasks.Outputs.Speed;
using CompressTasks.Tool.OnnxRuntimes;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress memory MODEL</c>: what <see cref="MemoryProcess"/> starts.</summary>
internal static class MemoryCommand
{
    public const string Name = "memory";
    public const string Inputs = "--inputs";

    public static Command Create(ToolConsole console)
    {
        var model = new Argument<string>("model") { Description = "A model or artifact." };
        var inputs = new Option<string>(Inputs) { Description = "Inputs of runs.", HelpName = "FILE", Required = true };
        var threads = CommonOptions.Threads();
        var onnxRuntime = new OnnxRuntimeOptions();
        var command = new Command(Name, "Prints by how much memory grows when a model is loaded, and at most when it runs, in bytes.")
        {
            model, inputs, threads,
        };
        command.Hidden = true;
        onnxRuntime.AddTo(command);
        command.SetCancellableAction((parsed, _) =>
        {
            if (onnxRuntime.Read(parsed).WhyNotAtHand() is not null)
                return ExitCode.Error;
            var memory = SessionMemory.Measure(new(parsed.GetRequiredValue(model), parsed.GetRequiredValue(inputs), parsed.GetThreads(threads)));
            console.WriteResult(FormattableString.Invariant($"{memory.LoadedBytes} {memory.PeakBytes}\n"));
            return ExitCode.Done;
        });
        return command;
    }
}
