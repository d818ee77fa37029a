using CompressTasks.Spec;

namespace CompressTasks.Metrics;

/// <summary>What became of a program.</summary>
/// <param name="ExitCode">Null when it was ended because its time was up.</param>
/// <param name="Output">What it wrote to standard output; the end of it, when it was too much.</param>
/// <param name="IsCut">Whether the beginning of the output is gone.</param>
/// <param name="Errors">The same of standard error.</param>
internal sealed record ProgramRun(int? ExitCode, string Output, bool IsCut, string Errors)
{
    private const int TailLines = 20;
    private const int TailCharacters = 4000;

    /// <summary>What says best in one line what went wrong: the last line of standard error, or else of standard output.</summary>
    public string? LastWord => LastLine(Errors) ?? LastLine(Output);

    /// <summary>The last lines of both, for people; null when nothing was written.</summary>
    public string? Tail
    {
        get
        {
            var lines = Lines(Output).TakeLast(TailLines).Concat(Lines(Errors).TakeLast(TailLines)).ToList();
            var text = string.Join('\n', lines);
            return lines.Count == 0 ? null : text.Length <= TailCharacters ? text : $"…{text[^TailCharacters..]}";
        }
    }

    /// <summary>The same with the words of the command in place of the paths of models, which are others in every run.</summary>
    public ProgramRun WithPlaceholders(string model, string original)
    {
        return this with { Output = Place(Output), Errors = Place(Errors) };

        string Place(string text) => text
            .Replace(model, MetricCommand.Model, StringComparison.Ordinal)
            .Replace(original, MetricCommand.Original, StringComparison.Ordinal);
    }

    /// <summary>The last line with anything in it.</summary>
    public static string? LastLine(string text) => Lines(text).LastOrDefault();

    /// <summary>
    /// Lines with anything in them, without what terminals take for commands. What a carriage return would write over, such as a counter, is a line.
    /// </summary>
    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n', '\r')
            .Select(line => string.Concat(line.Where(character => !char.IsControl(character) || character == '\t')).TrimEnd())
            .Where(line => line.Length > 0);
}
