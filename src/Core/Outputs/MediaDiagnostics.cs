using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Spec.Schema;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Outputs;

/// <summary>What can be wrong with pictures and sounds as samples (CT1540 to CT1545); each stands at their place in the spec.</summary>
internal static class MediaDiagnostics
{
    public static CompressException NoDecoder(SourceLocation at) =>
        Error("CT1540",
            "pictures are decoded by dotnet compress and the build step only, so that apps do not carry a decoder; run one of these, or write the "
                + "samples into an .npz by SampleWriter", at);

    public static CompressException Unreadable(string what, string path, string reason, SourceLocation at, Exception inner) =>
        Error("CT1541",
            $"the {what} {Found.Quote(path)} cannot be read: {Found.OneLine(reason).TrimEnd('.')}; repair it, or leave it out", at, inner);

    public static CompressException IsFolder(string pattern, SourceLocation at) =>
        Error("CT1541",
            $"{Found.Quote(pattern)} is a folder; say which of its files are meant, such as {Found.Quote(pattern.TrimEnd('/') + "/*.*")}", at);

    /// <param name="named">The input that the spec names; null for none.</param>
    /// <param name="rest">The inputs that no constant gives.</param>
    public static CompressException WhichInput(string? named, IReadOnlyList<ModelInput> rest, SourceLocation at)
    {
        var others = rest.Where(input => input.Name != named)
            .Select(input => $"{Found.Quote(input.Name)} ({input.Type.SpecName()} {input.ShownShape})").ToList();
        return Error("CT1542", (named, others.Count) switch
        {
            (null, 0) => "all inputs of the model are constants or fed back, and none gets the samples; remove it from \"constants\"",
            (null, _) => $"the model has the inputs {English.And(others)}; say by \"input\" which gets the samples, and by "
                + "\"constants\" what the others get",
            (_, 0) => $"{Found.Quote(named)} gets the samples and a constant; remove one of them",
            _ => $"nothing gives the model's {(others.Count == 1 ? "input" : "inputs")} {English.And(others)}; add to "
                + "\"constants\", or write an .npz by SampleWriter",
        }, at);
    }

    public static CompressException WrongPicture(ModelInput input, string problem, string remedy, SourceLocation at) =>
        Error("CT1543", $"the model's input {Found.Quote(input.Name)} is {input.ShownShape}, and {problem}; {remedy}", at);

    public static CompressException WrongCount(string key, int count, int channels, SourceLocation at) =>
        Error("CT1543",
            string.Create(CultureInfo.InvariantCulture,
                $"{Found.Quote(key)} has {count} numbers for {channels} channels; give one, or one for each"), at);

    public static CompressException WrongSize(int count, SourceLocation at) =>
        Error("CT1543",
            string.Create(CultureInfo.InvariantCulture, $"\"size\" has {count} numbers; give [height, width], or one length for both"), at);

    public static CompressException WrongSound(ModelInput input, string problem, string remedy, SourceLocation at) =>
        Error("CT1544", $"the model's input {Found.Quote(input.Name)} is {input.ShownShape}, and {problem}; {remedy}", at);

    public static CompressException NoWindow(SourceLocation at) =>
        Error("CT1544", "with \"feedback\" each file is a sequence, and nothing says how long its steps are; say window: N", at);

    public static CompressException OneStep(int window, SourceLocation at) =>
        Error("CT1544",
            string.Create(CultureInfo.InvariantCulture,
                $"no file is longer than one window of {window}, so that nothing is ever fed back; give longer files, or a shorter window"), at);

    public static CompressException NoSequence(SourceLocation at) =>
        Error("CT1543", "each picture is a sample of its own, and \"feedback\" is for sequences; remove it, or write an .npz by SampleWriter", at);

    public static CompressException NoSuchConstant(ModelInput input, double value, SourceLocation at) =>
        Error("CT1545",
            string.Create(CultureInfo.InvariantCulture,
                $"the constant {value} is for {Found.Quote(input.Name)} of {input.Type.SpecName()}; give a whole number that it can hold"), at);

    private static CompressException Error(string code, string message, SourceLocation at, Exception? inner = null) =>
        new(new Diagnostic(code, Severity.Error, message, at), inner);
}
