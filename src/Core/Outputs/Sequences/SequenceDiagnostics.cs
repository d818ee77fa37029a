using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Outputs.Samples;
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

    public static CompressException OnlyNpz(SourceLocation at) =>
        Error("CT1517", "sequences come from an .npz file or from random; put the arrays into one .npz, or remove \"feedback\"", at);

    public static CompressException WrongArray(string path, ModelInput input, IReadOnlyList<long> shape, bool isCut, SourceLocation at)
    {
        var found = $"the array of {Found.Quote(input.Name)} in {Found.Quote(path)} has the shape [{SampleDiagnostics.Shape(shape)}], ";
        if (isCut && HasAxesOfItsOwn(input, shape))
        {
            var axes = shape.Count == input.Shape.Count + 1 ? "an axis of its own for the steps" : "axes of its own for sequences and steps";
            return Error("CT1517", $"{found}with {axes}, and \"steps\" is for arrays with the input's axes, {input.ShownShape}; remove \"steps\"", at);
        }

        IReadOnlyList<long> asOne = [1, .. shape];
        var one = SequenceArray.CanCut(input) && input.AcceptsRows(asOne) ? $"give [{SampleDiagnostics.Shape(asOne)}]" : null;
        var remedy = input.Shape.Count == 0 ? "give an array without axes"
            : (isCut, one) switch
            {
                (true, _) => $"with \"steps\" {one ?? "give these axes"}: the first axis counts the sequences, the second is cut",
                (false, not null) => $"for one sequence that is cut say steps: N, the length of a step, and {one}",
                _ => "give two axes more, [sequences, steps, …], one more for a single sequence, [steps, …], or the input's own for what stays",
            };
        return Error("CT1517", $"{found}the model's input is {input.ShownShape}; {remedy}", at);
    }

    /// <summary>"steps" is there, and no array is what it is for.</summary>
    public static CompressException NothingCut(string path, IReadOnlyList<(ModelInput Input, IReadOnlyList<long> Shape)> arrays, SourceLocation at)
    {
        var meant = arrays.Where(array => HasAxesOfItsOwn(array.Input, array.Shape))
            .Concat(arrays.Where(array => SequenceArray.CanCut(array.Input) && array.Shape.Count != array.Input.Shape.Count)).FirstOrDefault();
        if (meant.Input is not null)
            return WrongArray(path, meant.Input, meant.Shape, isCut: true, at);
        var lengths = arrays.Where(array => array.Input.Shape.Count > 1)
            .Select(array => $"; {Found.Quote(array.Input.Name)} is {array.Input.ShownShape}").FirstOrDefault();
        return Error("CT1517",
            $"no array of {Found.Quote(path)} has a second axis that the model leaves open, so that it could be cut into steps{lengths}; remove "
                + $"\"steps\", and give arrays an axis more, [steps, …], or two, [sequences, steps, …]", at);
    }

    public static CompressException CannotGrow(ModelInput input, IReadOnlyList<long> shape, long cut, SourceLocation at) =>
        Error("CT1517",
            string.Create(CultureInfo.InvariantCulture,
                $"\"grow\" names {Found.Quote(input.Name)}, whose array has the shape [{SampleDiagnostics.Shape(shape)}], and no second axis of {cut} to "
                    + $"grow along; remove it from \"grow\"{(SequenceArray.CanCut(input) ? ", or give it that axis" : "")}"), at);

    /// <param name="array">The largest; null when all inputs are fed back.</param>
    public static CompressException NoSteps(string path, SequenceArray? array, SourceLocation at)
    {
        if (array is null)
            return Error("CT1517",
                $"all inputs of the model are fed back, so that {Found.Quote(path)} cannot say how many runs make a sequence; for sequences from "
                    + $"zeros say random: {{ steps: N }} in place of the path", at);
        var shape = array.Header.Shape;
        var example = shape.Count > 0 && shape[0] > 1 && array.Input.Shape[0] < 0
            ? string.Create(CultureInfo.InvariantCulture, $": [{SampleDiagnostics.Shape([shape[0], 1, .. shape.Skip(1)])}] is one sequence of {shape[0]} steps")
            : "";
        return Error("CT1517",
            $"no array of {Found.Quote(path)} has an axis for the steps, so that each sequence would be a single run, which tests no feedback; "
                + $"the array of {Found.Quote(array.Input.Name)} has the shape [{SampleDiagnostics.Shape(shape)}], as the input. Give an axis more, "
                + $"[steps, …], or two, [sequences, steps, …]{example}"
                + (SequenceArray.CanCut(array.Input) ? "; or say steps: N, to cut the second axis" : "")
                + "; or, if each sample is a run of its own, say feedback: {}", at);
    }

    /// <param name="shape">Of an array with the steps.</param>
    /// <param name="steps">As the spec has them.</param>
    public static CompressException OneStep(string path, IReadOnlyList<long> shape, IReadOnlyList<int> steps, SourceLocation at) =>
        Error("CT1517",
            string.Create(CultureInfo.InvariantCulture,
                $"{(steps.Count > 0 ? $"\"steps\" begins with {steps[0]}, and the" : "the")} sequences of {Found.Quote(path)} "
                    + $"{(steps.Count > 0 ? $"are {shape[1]} long" : "have one step")}, so that each would be a single run, which tests no feedback; "
                    + $"{(steps.Count > 0 ? "give shorter steps, or longer sequences"
                        : $"give more along the axis of the steps in [{SampleDiagnostics.Shape(shape)}]")}; or, if each is a run of its own, say "
                    + $"feedback: {{}}{(steps.Count > 0 ? " without steps" : "")}"), at);

    /// <summary>What feeds an output back, as a spec has it.</summary>
    public static string Example(string input, string output) => $"feedback: {{ {input}: {output} }}";

    /// <summary>Whether an array has the input's axes behind one or two more.</summary>
    private static bool HasAxesOfItsOwn(ModelInput input, IReadOnlyList<long> shape) =>
        input.Shape.Count > 0 && (shape.Count - input.Shape.Count) is 1 or 2 && input.Accepts([.. shape.Skip(shape.Count - input.Shape.Count)]);

    private static string Example(ModelInput input) =>
        string.Join(", ", input.Shape.Select(length => Math.Max(1, length).ToString(CultureInfo.InvariantCulture)));

    private static string Names(IReadOnlyList<string> names) =>
        names.Count == 0 ? "none" : string.Join(", ", names.Take(20).Select(Found.Quote)) + (names.Count > 20 ? ", …" : "");

    private static CompressException Error(string code, string message, SourceLocation at) =>
        new(new Diagnostic(code, Severity.Error, message, at));
}
