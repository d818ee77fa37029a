using System.CommandLine;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary>Options that several commands have, with one meaning.</summary>
internal static class CommonOptions
{
    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description = "Threads to use (default: one per processor). The result does not depend on it.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1024)
                result.AddError("--threads must be a number from 1 to 1024.");
        });
        return option;
    }

    public static Option<double?> R2(string description)
    {
        var option = new Option<double?>("--r2") { Description = description, HelpName = "R" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } value && !(value is > 0 and < 1))
                result.AddError(FormattableString.Invariant($"--r2 must be above 0 and below 1, but is {value}."));
        });
        return option;
    }

    public static Option<bool> Json(string description) => new("--json") { Description = description };

    public static Option<Verbosity> Verbosity() => new("--verbosity", "-v")
    {
        Description = "How much to say: quiet, minimal, normal or detailed.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => Output.Verbosity.Normal,
    };

    public static Option<bool> Force() => new("--force") { Description = "Overwrite the output file when it exists." };
}
