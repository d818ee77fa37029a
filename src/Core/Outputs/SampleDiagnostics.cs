using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;
using CompressTasks.Spec.Yaml;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Outputs;

/// <summary>
/// What can be wrong with the samples of a spec and the model that they are for (CT1501 to CT1510, CT1512, CT1513); each stands at the samples' place in the spec.
/// </summary>
internal static class SampleDiagnostics
{
    private const string AnyRemedy = "Give samples of a shape and range that the model accepts";

    public static CompressException RangeOutsideType(ModelInput input, double lowest, double highest, SourceLocation at) =>
        Error("CT1501",
            string.Create(CultureInfo.InvariantCulture,
                $"the range of {Quote(input.Name)} is [{lowest}, {highest}], but the input is of {input.Type.SpecName()}; give whole numbers that "
                    + $"it can hold"), at);

    public static CompressException NotFound(string pattern, string searched, SourceLocation at) =>
        Error("CT1502",
            $"no samples: {Quote(pattern)} is not there; searched {searched}. "
                + (at.Line > 0 ? "Paths are relative to the spec; for random samples write \"{ random: {} }\" in its place" : "Check the path"), at);

    public static CompressException NothingMatches(string pattern, string searched, SourceLocation at) =>
        Error("CT1502", $"no samples: no file matches {Quote(pattern)}; searched {searched}. {(at.Line > 0 ? "Paths are relative to the spec" : "Check the path")}", at);

    /// <summary>What goes wrong with one of several files says with which.</summary>
    /// <param name="path">The file; null when there is but one.</param>
    public static T Naming<T>(string? path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (CompressException error)
            when (path is not null && error.Diagnostics is [var only] && !only.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new CompressException(only with { Message = $"in {Quote(path)}: {only.Message}" }, error);
        }
    }

    /// <inheritdoc cref="Naming{T}"/>
    public static void Naming(string? path, Action use) => Naming(path, () =>
    {
        use();
        return true;
    });

    public static CompressException NoSamplesInside(string pattern, SourceLocation at) =>
        Path.GetExtension(pattern).Equals(".npy", StringComparison.OrdinalIgnoreCase)
            ? Error("CT1502", $"no samples: {Quote(pattern)} is one array without a name; save it in an .npz, by numpy.savez(path, name=array)", at)
            : Error("CT1502", $"no samples: found no input_*.pb in {Quote(pattern)} nor in folders test_data_set_* in it", at);

    public static CompressException Unreadable(string path, string reason, SourceLocation at, Exception? inner = null) =>
        Error("CT1503", $"the samples in {Quote(path)} cannot be read: {Found.OneLine(reason)}", at, inner);

    public static CompressException MissingInput(ModelInput input, string path, IReadOnlyList<string> found, SourceLocation at,
        string? feedback = null)
    {
        var meant = EditDistance.Nearest(input.Name, found);
        var remedy = meant is null ? $"it has {(found.Count == 0 ? "none" : English.And([.. found.Take(10).Select(Quote)]))}"
            : $"rename {Quote(meant)}, if that is meant";
        return Error("CT1504",
            $"{Quote(path)} has no values for the model's input {Quote(input.Name)} ({input.Type.SpecName()} {input.ShownShape}); {remedy}"
                + $"{(feedback is null ? "" : $", or {feedback}")}", at);
    }

    public static CompressException UnknownInput(string name, IReadOnlyList<ModelInput> inputs, SourceLocation at)
    {
        var known = inputs.Select(input => input.Name).ToList();
        var meant = EditDistance.Nearest(name, known);
        return Error("CT1505",
            $"the model has no input {Quote(name)}; "
                + $"{(meant is null ? $"its inputs are {English.And([.. known.Take(10).Select(Quote)])}" : $"did you mean {Quote(meant)}?")}", at);
    }

    public static CompressException WrongType(ModelInput input, string found, SourceLocation at) =>
        Error("CT1506", $"the samples of {Quote(input.Name)} are of {found}, the model wants {input.Type.SpecName()}; convert them", at);

    public static CompressException WrongShape(ModelInput input, IReadOnlyList<long> found, string remedy, SourceLocation at) =>
        Error("CT1507", $"the samples of {Quote(input.Name)} have the shape [{Shape(found)}], the model wants {input.ShownShape}; {remedy}", at);

    public static CompressException Empty(string path, string input, SourceLocation at) =>
        Error("CT1508", $"no samples: the array of {Quote(input)} in {Quote(path)} has no values", at);

    public static CompressException CountsDiffer(string path, ModelInput first, long firstCount, ModelInput second, long secondCount,
        SourceLocation at, string what = "samples")
    {
        var scalar = first.Shape.Count == 0 ? first : second.Shape.Count == 0 ? second : null;
        return Error("CT1509",
            string.Create(CultureInfo.InvariantCulture,
                $"{Quote(path)} has {firstCount} {what} of {Quote(first.Name)} and {secondCount} of {Quote(second.Name)}; give as many of each"
                    + $"{(scalar is null ? "" : $", or {Quote(scalar.Name)} as an array without axes")}"), at);
    }

    public static CompressException ModelRefused(string model, OnnxRuntimeException error, SourceLocation at) =>
        Error("CT1510",
            $"ONNX Runtime cannot load {model}, so its outputs cannot be compared: {Found.OneLine(error.Message)}. "
                + $"{WithoutOutputs(at)}, or mend the model", at, error);

    public static CompressException RunFailed(string model, OnnxRuntimeException error, SourceLocation at) =>
        Error("CT1510",
            $"ONNX Runtime cannot run {model} on the samples: {Found.OneLine(error.Message)}. {AnyRemedy}", at, error);

    /// <summary>The same of one of the samples, at the place where the spec names these.</summary>
    /// <param name="error">What it said.</param>
    /// <param name="sample">Which it was, from 1.</param>
    /// <param name="file">Where it is from; null for no file.</param>
    /// <param name="at">Where the spec names the samples.</param>
    public static CompressException RunFailedOn(CompressException error, long sample, string? file, SourceLocation at)
    {
        var said = error.Diagnostics[0];
        var from = file is null || said.Message.Contains(file, StringComparison.Ordinal) ? "" : $" of {Quote(file)}";
        var message = string.Create(CultureInfo.InvariantCulture, $"in sample {sample}{from}: {said.Message}");
        return new(said with { Location = at, Message = message }, error);
    }

    /// <summary>Whether it says that ONNX Runtime cannot load or run a model.</summary>
    public static bool IsRefusal(CompressException error) =>
        error.InnerException is OnnxRuntimeException || (error.InnerException is CompressException inner && IsRefusal(inner));

    /// <summary>What ONNX Runtime itself said.</summary>
    public static string Refusal(Exception error) =>
        error is CompressException { InnerException: { } inner } ? Refusal(inner) : Found.OneLine(error.Message).TrimEnd('.');

    /// <summary>The same of random samples, of which it is known what they guessed.</summary>
    public static CompressException RandomRunFailed(CompressException error, string remedy) => new(
        error.Diagnostics[0] with { Message = error.Diagnostics[0].Message.Replace(AnyRemedy, $"Of the model's inputs {remedy}", StringComparison.Ordinal) },
        error);

    /// <summary>The same of a look for which several lengths were tried.</summary>
    public static CompressException LengthsTried(CompressException error, IReadOnlyList<int> lengths) => new(
        error.Diagnostics[0] with
        {
            Message = $"{error.Diagnostics[0].Message}. Open axes were tried with "
                + English.And([.. lengths.Select(length => length.ToString(CultureInfo.InvariantCulture))]),
        },
        error);

    public static CompressException NoNumber(string what, long sample, string? file, SourceLocation at) =>
        Error("CT4033",
            string.Create(CultureInfo.InvariantCulture,
                $"no search can measure on these samples: {what} in sample {sample}{(file is null ? "" : $" of {Quote(file)}")}; leave that sample "
                    + $"out, or mend it"), at);

    public static CompressException NoNumber(TensorValue output, OnnxWeight? weight, long sample, string? file, SourceLocation at) => weight is null
        ? NoNumber($"the original computes NaN for the output {Quote(output.Name)}", sample, file, at)
        : Error("CT4033",
            $"no search can measure with this model: its weight {Quote(weight.Path)} has NaN, and the output {Quote(output.Name)} has with these "
                + "samples; train or export the model again", at);

    public static CompressException InputNotSupported(ModelInput input, SourceLocation at) =>
        Error("CT1512",
            $"the model's input {Quote(input.Name)} is {(input.Type == ElementType.Undefined ? "no tensor" : $"of {input.Type.SpecName()}")}; "
                + $"samples can only be tensors of numbers or truth values. {WithoutOutputs(at)}", at);

    public static CompressException NoOnnxRuntime(string reason, string remedy, SourceLocation at, Exception? inner = null) =>
        Error("CT1513",
            $"comparing outputs takes ONNX Runtime's native library: {reason}. {char.ToUpperInvariant(remedy[0])}{remedy[1..]}, or "
                + $"{WithoutOutputs(at).ToLowerInvariant()}", at, inner);

    public static string Shape(IEnumerable<long> shape) => string.Join(", ", shape.Select(length => length.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Where no spec names the samples, an option does.</summary>
    private static string WithoutOutputs(SourceLocation at) => at.Line > 0 ? "Remove gate.outputs" : "Leave --samples out";

    private static string Quote(string text) => Found.Quote(text);

    private static CompressException Error(string code, string message, SourceLocation at, Exception? inner = null) =>
        new(new Diagnostic(code, Severity.Error, message, at), inner);
}
