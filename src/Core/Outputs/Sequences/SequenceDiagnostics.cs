using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Outputs.Sequences;

/// <summary>What is said of outputs that are fed back, and of sequences in samples.</summary>
internal static class SequenceDiagnostics
{
    public static CompressException UnknownInput(string input, IReadOnlyList<string> inputs, SourceLocation at) =>
        Error("CT1514", $"the model has no input {Found.Quote(input)} to feed an output back into; its inputs are {Names(inputs)}", at);

    public static CompressException UnknownOutput(string output, string input, IReadOnlyList<string> outputs, SourceLocation at) =>
        Error("CT1514",
            $"the model has no output {Found.Quote(output)} to feed back into {Found.Quote(input)}; its outputs are {Names(outputs)}", at);

    public static CompressException DoNotFit(ModelInput input, ModelInput output, SourceLocation at) =>
        Error("CT1515",
            $"the output {Found.Quote(output.Name)} of {output.Type.SpecName()} {output.ShownShape} cannot become the input "
                + $"{Found.Quote(input.Name)} of {input.Type.SpecName()} {input.ShownShape}; pair outputs and inputs of one type and rank", at);

    public static CompressException FedTwice(string input, SourceLocation at) =>
        Error("CT1515", $"two outputs are to be fed back into {Found.Quote(input)}; give each input one", at);

    public static CompressException NoInitial(ModelInput input, SourceLocation at) =>
        Error("CT1515",
            $"the first run needs {Found.Quote(input.Name)} of {input.ShownShape}, and its open axes have no names by which to tell the batch from "
                + $"what grows; give its shape, such as initial: {{ {input.Name}: [{Example(input)}] }}, or an array of that name in the samples", at);

    public static CompressException WrongInitial(ModelInput input, IReadOnlyList<long> shape, SourceLocation at) =>
        Error("CT1515",
            $"the initial {Found.Quote(input.Name)} has the shape [{SampleDiagnostics.Shape(shape)}], the model wants {input.ShownShape}", at);

    public static CompressException LargeInitial(ModelInput input, IReadOnlyList<long> shape, SourceLocation at) =>
        Error("CT1515", $"the initial {Found.Quote(input.Name)} has the shape [{SampleDiagnostics.Shape(shape)}], and no array is that large", at);

    public static CompressException NotFedBack(string key, string input, SourceLocation at) =>
        Error("CT1514", $"{Found.Quote(key)} names {Found.Quote(input)}, which is {(key == "initial" ? "no input that is fed back" : "no input of the samples")}; remove it, or correct the name", at);

    public static CompressException NoOutput(string glob, IReadOnlyList<string> outputs, SourceLocation at) =>
        Error("CT1516", $"no output matches {Found.Quote(glob)}; the model's are {Names(outputs)}", at);

    public static CompressException OnlyNpz(SourceLocation at) =>
        Error("CT1517", "sequences come from an .npz file or from random; put the arrays into one .npz, or remove \"feedback\"", at);

    public static CompressException WrongArray(string path, ModelInput input, IReadOnlyList<long> shape, bool isCut, SourceLocation at) =>
        Error("CT1517",
            $"the array of {Found.Quote(input.Name)} in {Found.Quote(path)} has the shape [{SampleDiagnostics.Shape(shape)}], the model's input is "
                + $"{input.ShownShape}; "
                + (isCut ? "with \"steps\" give these axes: the first counts the sequences, the second is cut"
                    : "give two axes more, [sequences, steps, …], one more for a single sequence, [steps, …], or the input's own for what stays"), at);

    public static CompressException CountsDiffer(string path, string first, long firstCount, string second, long secondCount, string what,
        SourceLocation at) =>
        Error("CT1509",
            string.Create(CultureInfo.InvariantCulture,
                $"{Found.Quote(path)} has {firstCount} {what} of {Found.Quote(first)} and {secondCount} of {Found.Quote(second)}; give as many of "
                    + $"each"), at);

    public static CompressException NothingCut(string path, SourceLocation at) =>
        Error("CT1517", $"no array of {Found.Quote(path)} has a second axis that can be cut into steps; remove \"steps\"", at);

    private static string Example(ModelInput input) =>
        string.Join(", ", input.Shape.Select(length => Math.Max(1, length).ToString(CultureInfo.InvariantCulture)));

    private static string Names(IReadOnlyList<string> names) =>
        names.Count == 0 ? "none" : string.Join(", ", names.Take(20).Select(Found.Quote)) + (names.Count > 20 ? ", …" : "");

    private static CompressException Error(string code, string message, SourceLocation at) =>
        new(new Diagnostic(code, Severity.Error, message, at));
}
