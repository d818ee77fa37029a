using CompressTasks.Diagnostics;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Spec;

/// <summary>Makes the metrics of a gate from checked values, and checks that they can be run and told apart.</summary>
internal sealed class MetricBinder(ICollection<Diagnostic> errors)
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(10);

    private static readonly string[] _thresholds = ["atLeast", "atMost", "increase", "drop"];

    /// <returns>Of use only if there are no errors.</returns>
    public IReadOnlyList<MetricSpec> Bind(ListValue metrics)
    {
        var bound = metrics.Items.OfType<ObjectValue>().Select(Bind).OfType<MetricSpec>().ToList();
        foreach (var same in bound.GroupBy(metric => metric.Name, StringComparer.Ordinal))
        {
            foreach (var other in same.Skip(1))
                errors.Add(SpecDiagnostics.MetricTwice(other.Name, same.First().At, other.At));
        }

        return bound;
    }

    private MetricSpec? Bind(ObjectValue metric)
    {
        var name = metric.Text("name");
        if (name.Any(char.IsControl))
            errors.Add(SpecDiagnostics.MetricNameHasControlCharacters(name, metric["name"]!.At));
        if (metric.Fields.All(field => !_thresholds.Contains(field.Name)))
            errors.Add(SpecDiagnostics.MetricWithoutThreshold(name, _thresholds, metric.At));
        if (metric.OptionalNumber("atLeast") > metric.OptionalNumber("atMost"))
            errors.Add(SpecDiagnostics.MetricBoundsReversed(name, metric["atMost"]!.At));
        return BindCommand(metric) is not { } command ? null
            : new(
                name,
                command,
                Limit(metric, "atLeast"),
                Limit(metric, "atMost"),
                Limit(metric, "increase"),
                Limit(metric, "drop"),
                metric.OptionalNumber("timeout") is { } seconds ? TimeSpan.FromSeconds(seconds) : _timeout,
                [.. metric.Texts("inputs").Select(input => new MetricInput(input.Text.Replace('\\', '/'), input.At))],
                metric.At);
    }

    private MetricCommand? BindCommand(ObjectValue metric)
    {
        var isShell = metric.Text("shell") == "true";
        if (metric["run"] is ListValue { IsComplete: true } list)
        {
            if (isShell)
                errors.Add(SpecDiagnostics.ShellWithList(metric.Find("shell")!.NameAt));
            return Checked(new([.. list.Items.OfType<TextValue>().Select(word => word.Text)], IsShell: false), list.At);
        }

        if (metric["run"] is not TextValue text)
            return null;
        if (isShell)
            return Checked(new([text.Text], IsShell: true), text.At);
        if (CommandLine.Split(text.Text) is { } words)
            return Checked(new(words, IsShell: false), text.At);
        errors.Add(SpecDiagnostics.QuoteNotClosed(text.Text, text.At));
        return null;
    }

    /// <summary>A program that does not know the model would measure the same of every one.</summary>
    private MetricCommand Checked(MetricCommand command, SourceLocation at)
    {
        if (!command.Words.Any(word => word.Contains(MetricCommand.Model, StringComparison.Ordinal)))
            errors.Add(SpecDiagnostics.CommandWithoutModel(command.ToString(), at));
        return command;
    }

    private static Threshold? Limit(ObjectValue metric, string key) => metric[key] is NumberValue number ? new(number.Number, number.At) : null;
}
