using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Spec;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Outputs;

/// <summary>What is said of the outputs that a spec wants compared.</summary>
internal static class OutputDiagnostics
{
    public static CompressException NoOutput(string glob, IReadOnlyList<string> outputs, SourceLocation at) =>
        Error("CT1516", $"no output matches {Found.Quote(glob)}; the model's are {Names(outputs)}", at);

    /// <summary>A threshold that nothing is held to.</summary>
    public static CompressException ThresholdsOfLeftOut(LeftOutSummary output, OutputGateSpec gate, SourceLocation at) =>
        Error("CT1516",
            $"\"each\" has thresholds of {Found.Quote(output.Name)}, which is not compared: {output.Reason}; "
                + $"{(output.Reason != LeftOutSummary.Unasked ? "" : gate.Only.Count > 0 ? "add it to \"only\", or " : "remove it from \"except\", or ")}"
                + $"remove the thresholds", at);

    /// <summary>There is nothing to compare.</summary>
    /// <param name="leftOut">All outputs.</param>
    public static CompressException Nothing(string model, OutputGateSpec gate, IReadOnlyList<LeftOutSummary> leftOut)
    {
        IReadOnlyList<string> unasked = [.. leftOut.Where(output => output.Reason == LeftOutSummary.Unasked).Select(output => output.Name)];
        if (gate.Except is [var except, ..] && unasked.Count > 0)
            return Error("CT1511", $"\"except\" leaves out all outputs of {model} that could be compared: {Names(unasked)}; leave at least one", except.At ?? gate.At);
        if (gate.Only is [var only, ..])
        {
            var named = leftOut.Where(output => gate.Only.Any(glob => glob.IsMatch(output.Name))).Select(output => $"{Found.Quote(output.Name)} is {output.Reason}");
            return Error("CT1511", $"\"only\" names no output of {model} that can be compared: {string.Join(", ", named.Take(20))}; name another", only.At ?? gate.At);
        }

        IReadOnlyList<string> copies = [.. leftOut.Where(output => output.Reason == LeftOutSummary.Copy).Select(output => output.Name)];
        return Error("CT1511",
            copies.Count > 0 ? $"the outputs of {model} are copies of its inputs: {Names(copies)}, so there is nothing to compare; remove gate.outputs"
                : $"{model} has no output of numbers or truth values, so there is nothing to compare; remove gate.outputs", gate.At);
    }

    private static string Names(IReadOnlyList<string> names) =>
        names.Count == 0 ? "none" : string.Join(", ", names.Take(20).Select(Found.Quote)) + (names.Count > 20 ? ", …" : "");

    private static CompressException Error(string code, string message, SourceLocation at) =>
        new(new Diagnostic(code, Severity.Error, message, at));
}
