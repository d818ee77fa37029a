using System.CommandLine;
using System.CommandLine.Parsing;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Tool.Commands;

/// <summary>Says what an option or a command that does not exist was meant to be.</summary>
internal static class UnknownArguments
{
    /// <summary>What is wrong with a command line, one message each; empty when nothing is.</summary>
    public static IReadOnlyList<string> Explain(ParseResult parsed)
    {
        // What follows an unknown option may be its value: one mistake is one message.
        var options = UnknownOptions(parsed).ToList();
        if (options.Count > 0)
            return [.. options.Select(option => UnknownOption(parsed.CommandResult.Command, option))];
        if (MisspeltCommand(parsed) is { } message)
            return [message];
        return [.. parsed.Errors.Select(error =>
            error.Message.Replace($"'{parsed.RootCommandResult.Command.Name}'", $"'{CommandLine.Name}'", StringComparison.Ordinal))];
    }

    /// <summary>The command that a word is most likely a slip of, or null.</summary>
    public static string? NearestCommand(string word, RootCommand root) =>
        EditDistance.Nearest(word, root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name));

    /// <summary>
    /// The library takes an option that it does not know for the value of an argument. A file with such a name can be given as <c>./-name</c> or
    /// behind <c>--</c>.
    /// </summary>
    private static IEnumerable<string> UnknownOptions(ParseResult parsed)
    {
        var values = parsed.CommandResult.Children.OfType<OptionResult>().SelectMany(option => option.Tokens).ToHashSet();
        return parsed.Tokens
            .TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Type == TokenType.Argument && IsOption(token.Value) && !values.Contains(token))
            .Select(token => token.Value);
    }

    private static string UnknownOption(Command command, string option)
    {
        var known = command.Options.Where(candidate => !candidate.Hidden).Select(candidate => candidate.Name).Append("--help").Distinct().ToList();
        var name = command is RootCommand ? CommandLine.Name : $"{CommandLine.Name} {command.Name}";
        return EditDistance.Nearest(option, known) is { } meant
            ? $"unknown option '{option}' of {name}; did you mean '{meant}'?"
            : $"unknown option '{option}' of {name}; expected {English.Or(known)}";
    }

    /// <summary>A misspelt command looks like the input of the main job, with something behind it.</summary>
    private static string? MisspeltCommand(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand root
        && parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).ToList() is [{ Value: var word }, _, ..]
        && !Path.Exists(word)
        && NearestCommand(word, root) is { } meant
            ? $"unknown command '{word}'; did you mean '{meant}'?"
            : null;

    private static bool IsOption(string token) => token is ['-', _, ..] && !char.IsAsciiDigit(token[1]);
}
