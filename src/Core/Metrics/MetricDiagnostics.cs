using System.Globalization;
using CompressTasks.Gate;
using CompressTasks.Spec;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Metrics;

/// <summary>Why a metric could not be measured (CT1532 to CT1536). Each fails the gate, at the metric's place in the spec.</summary>
/// <param name="metric">The metric.</param>
/// <param name="measured">Which model, with its article.</param>
internal sealed class MetricDiagnostics(MetricSpec metric, string measured)
{
    private const int Longest = 200;
    private const int Named = 10;

    private string Program => $"the metric {Found.Quote(metric.Name)} of {measured} is unknown: {Found.Quote(metric.Command.ToString())}";

    public MetricFailure NotStarted(string reason) =>
        new("CT1532",
            $"{Program} could not be started: {OneLine(reason)}. Check that the program is on the PATH, or give its path relative to the spec, with "
                + $"a slash in it; a script must be executable, or be given to its interpreter, as in \"sh eval.sh {MetricCommand.Model}\"", null);

    public MetricFailure Failed(ProgramRun run, int exitCode) =>
        new("CT1533",
            string.Create(CultureInfo.InvariantCulture,
                $"{Program} ended with exit code {exitCode}{LastWord(run)}. The report has the rest of its output"), run.Tail);

    public MetricFailure TimedOut(ProgramRun run, TimeSpan timeout) =>
        new("CT1534",
            string.Create(CultureInfo.InvariantCulture,
                $"{Program} was ended after {timeout.TotalSeconds} s{LastWord(run)}. Give it more time with \"timeout\", or less to do"), run.Tail);

    public MetricFailure NoNumber(ProgramRun run) =>
        new("CT1535",
            $"{Program} printed no number{Printed(run)}. Print the figure, or a JSON object, as the last line of standard output", run.Tail);

    public MetricFailure NoKey(ProgramRun run, IReadOnlyList<string> keys)
    {
        var meant = EditDistance.Nearest(metric.Name, keys);
        var remedy = meant is not null ? $"did you mean {Found.Quote(meant)}?"
            : keys.Count == 0 ? "it is empty" : $"it has {string.Join(", ", keys.Take(Named).Select(Found.Quote))}";
        return new("CT1535", $"{Program} printed a JSON object without a number {Found.Quote(metric.Name)}; {remedy}", run.Tail);
    }

    public MetricFailure NotFinite(ProgramRun run) =>
        new("CT1536", $"{Program} printed what is not a finite number{Printed(run)}. Check what it measures on this model", run.Tail);

    private static string Printed(ProgramRun run) => ProgramRun.LastLine(run.Output) is { } line ? $": {Found.Quote(line)}" : LastWord(run);

    private static string LastWord(ProgramRun run) => run.LastWord is { } word ? $": {OneLine(word)}" : ", and wrote nothing";

    private static string OneLine(string text)
    {
        var line = Found.OneLine(string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim());
        return line.Length > Longest ? string.Concat(line.AsSpan(0, Longest), "…") : line;
    }
}
