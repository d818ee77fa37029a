using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CompressTasks.Tool.Commands;

/// <summary>The library's help, and below it command lines to start from.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Who asks for help need not give what the command requires.</summary>
    public override bool ClearsParseErrors => true;

    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        // The library shows the main job's arguments with every command, where they cannot stand.
        var command = parseResult.CommandResult.Command;
        foreach (var argument in parseResult.RootCommandResult.Command.Arguments)
            argument.Hidden = command is not RootCommand;
        var exitCode = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in Example.Of(command))
        {
            output.WriteLine($"  {CommandLine.Name} {example.Arguments}");
            output.WriteLine($"      {example.Purpose}");
        }

        output.WriteLine();
        return exitCode;
    }
}
