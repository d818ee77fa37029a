using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Spec;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Outputs;

/// <summary>What is said of labels that do not fit (CT1518), or have not what is asked of them (CT1511).</summary>
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

    public static CompressException OtherOutput(string array, IReadOnlyList<long> labels, string output, IReadOnlyList<long> shape, SourceLocation at) =>
        Error(
            $"the labels {Found.Quote(array)} of a run have the shape [{SampleDiagnostics.Shape(labels)}], and the output {Found.Quote(output)} is "
                + $"[{SampleDiagnostics.Shape(shape)}]; give one for every value, or, of classes, one for every row along the last axis", at);

    public static CompressException ClassesOfOtherType(string array, ElementType type, string output, IReadOnlyList<long> shape, SourceLocation at) =>
        Error(
            $"the labels {Found.Quote(array)} are of {type.SpecName()}, one for every row of the output {Found.Quote(output)} of "
                + $"[{SampleDiagnostics.Shape(shape)}]; classes are whole numbers: save them as int64, or give one number for every value", at);

    public static CompressException AllNegative(string array, SourceLocation at) =>
        Error($"all labels of {Found.Quote(array)} are negative, and those do not count; give classes from 0 on", at);

    public static CompressException NotDecided(string array, ElementType type, LabelThreshold threshold) =>
        NoFigure(
            $"the labels {Found.Quote(array)} are {(type.IsWholeNumber() ? "whole numbers other than 0 and 1" : $"of {type.SpecName()}")}, one for every "
                + $"value, and so the targets of a regression, which has no {(threshold.Figure == LabelFigure.Loss ? "cross entropy" : "accuracy")}; "
                + $"{(type.IsWholeNumber() ? "give 0 and 1, or classes for every row" : "save classes, or 0 and 1, as whole numbers or truth values")}, or "
                + $"ask for rmse in place of {Found.Quote(threshold.Key)}", threshold.Threshold.At);

    public static CompressException NoErrors(string array, LabelThreshold threshold) =>
        NoFigure(
            $"the labels {Found.Quote(array)} are classes, which have no root mean squared error; ask for accuracy or loss in place of "
                + $"{Found.Quote(threshold.Key)}, or give one number for every value", threshold.Threshold.At);

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

    private static CompressException NoFigure(string message, SourceLocation at) => new(new Diagnostic("CT1511", Severity.Error, message, at));

    private static CompressException Error(string message, SourceLocation at) => new(new Diagnostic("CT1518", Severity.Error, message, at));
}
