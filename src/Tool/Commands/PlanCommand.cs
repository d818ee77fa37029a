using System.CommandLine;
using CompressTasks.Compression.Planning;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress plan SPEC|MODEL</c>: what the main job would do. Writes nothing.</summary>
internal static class PlanCommand
{
    public static Command Create(ToolConsole console)
    {
        var specOptions = new SpecOptions();
        var json = CommonOptions.Json("Print the plan as JSON.");
        var command = new Command("plan",
            "Shows what would be done to each weight, with estimated sizes, and where each setting comes from. Writes nothing.");
        specOptions.AddTo(command);
        var all = new Option<bool>("--all") { Description = "List every weight, not only those that are large enough to be coded by themselves." };
        command.Add(all);
        command.Add(json);
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var job = specOptions.Load(parsed);
            var settings = PlanSetting.Of(job);
            var models = Planner.Run(job.Spec, job.Options, cancellationToken);
            if (parsed.GetValue(json))
                console.WriteResult(PlanOutput.Json(settings, models));
            else
                PlanOutput.Write(console.Output, settings, models, parsed.GetValue(all));
            return ExitCode.Done;
        });
        return command;
    }
}
