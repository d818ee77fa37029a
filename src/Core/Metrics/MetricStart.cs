using System.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Metrics;

/// <summary>Puts the paths of models into a command.</summary>
internal static class MetricStart
{
    /// <param name="command">The command.</param>
    /// <param name="folder">The folder to run it in, full path; a program with a slash in its name is relative to it too.</param>
    /// <param name="model">Full path of the model that is measured.</param>
    /// <param name="original">Full path of the original.</param>
    public static ProcessStartInfo Of(MetricCommand command, string folder, string model, string original)
    {
        var start = new ProcessStartInfo { WorkingDirectory = folder };
        if (command.IsShell)
            Shell(start, Place(command.Words[0], model, original, OperatingSystem.IsWindows() ? InQuotes : InApostrophes));
        else
        {
            start.FileName = Program(Place(command.Words[0], model, original, path => path), folder);
            foreach (var word in command.Words.Skip(1))
                start.ArgumentList.Add(Place(word, model, original, path => path));
        }

        return start;
    }

    /// <summary>For a POSIX shell, whatever characters the path has.</summary>
    public static string InApostrophes(string path) => $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A name of a file on Windows has no quote in it.</summary>
    public static string InQuotes(string path) => $"\"{path}\"";

    /// <summary>Quotes that the user has put around a path himself give way to those that are right for it.</summary>
    public static string Place(string text, string model, string original, Func<string, string> quote)
    {
        foreach (var (name, path) in (IEnumerable<(string, string)>)[(MetricCommand.Model, model), (MetricCommand.Original, original)])
        {
            var quoted = quote(path);
            if (quoted != path)
                text = text.Replace($"\"{name}\"", quoted, StringComparison.Ordinal).Replace($"'{name}'", quoted, StringComparison.Ordinal);
            text = text.Replace(name, quoted, StringComparison.Ordinal);
        }

        return text;
    }

    private static void Shell(ProcessStartInfo start, string text)
    {
        if (OperatingSystem.IsWindows())
        {
            // With /s, cmd takes off the outer quotes and nothing else.
            (start.FileName, start.Arguments) = ("cmd.exe", $"/d /s /c \"{text}\"");
            return;
        }

        start.FileName = "/bin/sh";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(text);
    }

    /// <summary>A name alone is looked for on the PATH.</summary>
    private static string Program(string name, string folder) =>
        name.Contains('/', StringComparison.Ordinal) || name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? Path.GetFullPath(name, folder)
            : name;
}
