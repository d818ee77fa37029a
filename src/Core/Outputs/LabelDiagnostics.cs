using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Outputs;

/// <summary>What is said of labels that do not fit (CT1518).</summary>
internal static class LabelDiagnostics
{
    public static CompressException OnlyNpz(SourceLocation at) => Error("labels are an array of an .npz file; put samples and labels into one", at);

    public static CompressException NoArray(string array, SourceLocation at) =>
        Error($"the samples have no array {Found.Quote(array)}; correct the name, or add it", at);

    public static CompressException OtherCount(string array, IReadOnlyList<long> shape, int samples, SourceLocation at) =>
        Error(
            string.Create(CultureInfo.InvariantCulture,
                $"the labels {Found.Quote(array)} have the shape [{SampleDiagnostics.Shape(shape)}], and there are {samples} samples; give as many "
                    + $"labels for each"), at);

    /// <param name="rows">Of all sequences.</param>
    /// <param name="steps">Of each.</param>
    /// <param name="places">Of each, along the axis that is cut; as many as steps when none is.</param>
    public static CompressException OtherSteps(string array, IReadOnlyList<long> shape, long rows, int steps, int places, SourceLocation at) =>
        Error(
            string.Create(CultureInfo.InvariantCulture,
                $"the labels {Found.Quote(array)} have the shape [{SampleDiagnostics.Shape(shape)}], and each sequence has {steps} steps"
                    + $"{(places == steps ? "" : $", {places} long altogether")}; give as many for every step, such as [{rows}, {steps}]"
                    + $"{(places == steps ? "" : $", or for every place along the axis that is cut, such as [{rows}, {places}]")}"), at);

    public static CompressException OtherOutput(string array, long labels, string output, IReadOnlyList<long> shape, SourceLocation at) =>
        Error(
            string.Create(CultureInfo.InvariantCulture,
                $"the labels {Found.Quote(array)} are {labels} for an output {Found.Quote(output)} of [{SampleDiagnostics.Shape(shape)}]; give one "
                    + $"for every value, or, of classes, one for every row along the last axis"), at);

    public static CompressException NoClass(string array, double label, long classes, SourceLocation at) =>
        Error(
            string.Create(CultureInfo.InvariantCulture,
                $"a label of {Found.Quote(array)} is {label}, the output has {classes} classes; give classes from 0 on, or a negative one for what "
                    + $"does not count"), at);

    public static CompressException WhichOutput(IReadOnlyList<string> outputs, SourceLocation at) =>
        Error(
            $"labels are of one output, and {outputs.Count} are compared; say which, such as labels: {{ array: targets, output: {outputs[0]} }}",
            at);

    public static CompressException NoOutput(string output, IReadOnlyList<string> outputs, SourceLocation at) =>
        Error($"labels are of the output {Found.Quote(output)}, which is none of those compared: {string.Join(", ", outputs.Select(Found.Quote))}", at);

    private static CompressException Error(string message, SourceLocation at) => new(new Diagnostic("CT1518", Severity.Error, message, at));
}
