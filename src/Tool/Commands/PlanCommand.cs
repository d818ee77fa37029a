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
        var json = CommonOptions.Json("Print the plan as JSON: an object for one spec or model, an array for several.");
        var command = new Command("plan",
            "Shows what would be done to each weight, with estimated sizes, and where each setting comes from. Writes nothing.");
        specOptions.AddTo(command);
        var all = new Option<bool>("--all") { Description = "List every weight, not only those that are large enough to be coded by themselves." };
        command.Add(all);
        command.Add(json);
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var plans = specOptions.Inputs(parsed).Select(input => specOptions.Load(parsed, input))
                .Select(job => new PlanDocument(PlanSetting.Of(job), Planner.Run(job.Spec, job.Options, cancellationToken))).ToList();
            if (parsed.GetValue(json))
            {
                console.WriteResult(PlanOutput.Json(plans));
                return ExitCode.Done;
            }

            foreach (var plan in plans)
                PlanOutput.Write(console.Output, plan, parsed.GetValue(all));
            return ExitCode.Done;
        });
        return command;
    }
}
