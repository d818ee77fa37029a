using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Spec.Schema;
using CompressTasks.Spec.Yaml;

namespace CompressTasks.Spec;

/// <summary>
/// Everything that can be wrong with a spec: CT1001 to CT1008 the file, CT1010 to CT1019 its keys and values, CT1020 and up its meaning.
/// </summary>
internal static class SpecDiagnostics
{
    public static Diagnostic NotFound(string path) =>
        Error("CT1001", "there is no such spec; \"dotnet compress init MODEL\" writes one to start from", new(path));

    public static Diagnostic Unreadable(string path, string reason) =>
        Error("CT1002", $"the spec cannot be read: {Found.OneLine(reason)}", new(path));

    public static Diagnostic NotUtf8(string found, SourceLocation at) =>
        Error("CT1003", $"the spec is not UTF-8 text: found {found}; save it as UTF-8", at);

    public static Diagnostic ForbiddenCharacter(char found, SourceLocation at) =>
        Error("CT1003", $"the spec is not text: found the character U+{(int)found:X4}, which YAML forbids; remove it", at);

    public static Diagnostic SyntaxError(string reason, SourceLocation at) =>
        Error("CT1004", $"this is not valid YAML: {Found.OneLine(reason)}", at);

    public static Diagnostic TabInIndentation(SourceLocation at) =>
        Error("CT1004", "this is not valid YAML: the line is indented with a tab; use spaces", at);

    public static Diagnostic NotYaml(SourceLocation at) =>
        Error("CT1004", "this is not valid YAML: found what cannot stand here; close the [, { or quote before it, and check escapes such as \\u0041",
            at);

    public static Diagnostic UnknownAnchor(string name, SourceLocation at) =>
        Error("CT1004", $"the alias {Found.Quote($"*{name}")} has no complete anchor before it", at);

    public static Diagnostic Empty(SourceLocation at) =>
        Error("CT1005", "the spec is empty; it needs at least the key \"models\"", at);

    public static Diagnostic NotASpec(string path) =>
        Error("CT1005", "this is no spec: it has none of a spec's keys, such as \"models\" or \"rules\"; \"dotnet compress init MODEL\" writes a spec "
            + "to start from", new(path));

    public static Diagnostic SeveralDocuments(SourceLocation at) =>
        Error("CT1006", "a second YAML document begins here; a spec is one document, so use one file per spec", at);

    public static Diagnostic TooDeep(int maximum, SourceLocation at) =>
        Error("CT1007", $"values are nested more than {maximum} levels deep; no valid spec is", at);

    public static Diagnostic TooManyNodes(int maximum, SourceLocation at) =>
        Error("CT1007", $"with its aliases written out, the spec has more than {maximum} values; no valid spec needs that many", at);

    public static Diagnostic TagNotSupported(string tag, SourceLocation at) =>
        Error("CT1008", $"found the YAML tag {Found.Quote(tag)}; a spec uses no tags, so remove it", at);

    public static Diagnostic WrongType(string key, string found, string expected, SourceLocation at, string remedy = "") =>
        Error("CT1010", $"{Found.Quote(key)} is {found}, expected {expected}{(remedy.Length == 0 ? "" : $"; {remedy}")}", at);

    public static Diagnostic OutOfRange(string key, string found, string expected, SourceLocation? at) =>
        Error("CT1011", $"{Found.Quote(key)} is {found}, expected {expected}", at);

    public static Diagnostic UnknownChoice(string key, string found, string? meant, string expected, SourceLocation at) =>
        Error("CT1012", $"{Found.Quote(key)} is {Found.Quote(found)}, expected {expected}{DidYouMean(meant)}", at);

    public static Diagnostic UnknownKey(string key, string owner, string? meant, IReadOnlyList<string> known, SourceLocation at) =>
        Error("CT1013", $"unknown key {Found.Quote(key)} in {owner}{DidYouMean(meant)}{(meant is null ? Known(known) : "")}", at);

    public static Diagnostic NotIndented(string key, string parent, string owner, SourceLocation at) =>
        Error("CT1013", $"unknown key {Found.Quote(key)} in {owner}; it belongs to \"{parent}\" above, so indent it further", at);

    public static Diagnostic DuplicateKey(string key, SourceLocation first, SourceLocation at) =>
        Error("CT1014", $"the key {Found.Quote(key)} is already set at line {first.Line}; remove one of the two", at);

    public static Diagnostic MissingKey(string owner, string key, string expected, SourceLocation at) =>
        Error("CT1015", $"{owner} needs the key \"{key}\": {expected}", at);

    public static Diagnostic NotExactlyOne(string owner, IReadOnlyList<string> expected, IReadOnlyList<string> found, SourceLocation at) =>
        Error("CT1016", $"{owner} needs exactly one of {English.Or(expected)}, found {(found.Count == 0 ? "none" : English.And(found))}", at);

    public static Diagnostic EmptyList(string key, string expected, SourceLocation at) =>
        Error("CT1017", $"{Found.Quote(key)} is empty, expected {expected} with at least one item", at);

    public static Diagnostic UnsupportedVersion(string found, SourceLocation at) =>
        Error("CT1018",
            $"the spec is of version {Found.Quote(found).Trim('"')}, this program reads version {SpecSchema.Version}; update CompressTasks", at);

    public static Diagnostic UnknownStage(string stage, string? meant, IReadOnlyList<string> known, SourceLocation at) =>
        Error("CT1020", $"unknown stage {Found.Quote(stage)}{DidYouMean(meant)}{(meant is null ? Known(known) : "")}", at);

    public static Diagnostic UnknownStack(string stack, string? meant, IReadOnlyList<string> known, SourceLocation at) =>
        Error("CT1021", $"unknown stack {Found.Quote(stack)}{DidYouMean(meant)}{(meant is null ? StackRemedy(stack, known) : "")}", at);

    public static Diagnostic MalformedGlob(string pattern, string problem, SourceLocation? at) =>
        Error("CT1022", $"the glob {Found.Quote(pattern)} is malformed: {problem}", at);

    public static Diagnostic MustBeOnlyStage(string stage, SourceLocation at) =>
        Error("CT1023",
            $"{stage} must be the only stage of its stack: it codes the weights themselves; to code what other stages lost, end the stack with "
                + $"residual", at);

    public static Diagnostic ResidualIsNotLast(SourceLocation at) =>
        Error("CT1023", "residual must be the last stage of its stack: it codes what all stages before it lost", at);

    public static Diagnostic ResidualIsFirst(SourceLocation at) =>
        Error("CT1023", "residual cannot be the first stage: there is no error to code yet; use quantize", at);

    public static Diagnostic MoreComponentsThanColumns(int components, int columns, SourceLocation at) =>
        Error("CT1023",
            $"pca keeps {components} components of the {columns} columns that the gaussian stage before it leaves; keep at most {columns}", at);

    public static Diagnostic RewritingIsNotFirst(string stage, SourceLocation at) =>
        Error("CT1023",
            $"{stage} must be the first stage of its stack: it makes a weight of another type, and what follows codes the weights that it does not "
                + "fit", at);

    public static Diagnostic NoSuchInteger(string key, int found, string expected, SourceLocation at) =>
        Error("CT1035", string.Create(CultureInfo.InvariantCulture, $"\"{key}\" is {found}, and ONNX Runtime computes with {expected} only"), at);

    public static Diagnostic FourBitsWithActivations(SourceLocation at) =>
        Error("CT1035",
            "integer says bits: 4, but no operator has weights of 4 bits and integer activations; add activations: none, or say 5 to 8 bits", at);

    public static Diagnostic BlockWithActivations(SourceLocation at) =>
        Error("CT1035", "\"block\" means something only with \"activations: none\"; add that, or remove it: scales are per channel otherwise", at);

    public static Diagnostic ChosenBySearch(string key, SourceLocation at) =>
        Error("CT1035", $"{Found.Quote(key)} is what \"for: outputs\" finds for each layer; remove one of them", at);

    public static Diagnostic NoSamplesForRanges(SourceLocation at) =>
        Error("CT1035",
            "integer says activations: static, but there are no samples to measure ranges on; add calibration, or gate.outputs with samples", at);

    public static Diagnostic RangesDiffer(SourceLocation first, SourceLocation at) =>
        Error("CT1035",
            $"this stack has another calibration than the one at line {first.Line}, but one run measures the layers of all of them; give both "
                + "the same", at);

    public static Diagnostic NothingRewrites(SourceLocation at) =>
        Error("CT1036",
            "the format is that of a runnable model, but no rule has a stage that makes one; give a stack the stage integer or float16, or remove "
                + "\"format\"", at);

    public static Diagnostic GraphBesideRule(SourceLocation graph, SourceLocation at) =>
        Error("CT1037",
            $"float16 says graph: true at line {graph.Line}, which is for all weights of a model, so that no other rule can stand beside it; remove "
                + "this rule, or graph; operators that are to stay in float32 are named by except", at);

    public static Diagnostic GraphOfSomeWeights(SourceLocation at) =>
        Error("CT1037",
            "float16 says graph: true, which is for all weights of a model, but its rule is for some; say weights: \"**\" without maxElements, and "
                + "name operators that are to stay in float32 by except", at);

    public static Diagnostic ExceptWithoutGraph(SourceLocation at) =>
        Error("CT1037", "\"except\" means something only with \"graph: true\"; add that, or remove it: weights alone are left out by rules", at);

    public static Diagnostic ExceptMatchesNothing(WeightGlob entry, string models, IReadOnlyList<string> operators) =>
        Error("CT1038",
            $"except names {Found.Quote(entry.Pattern)}, which is no operator and no node of {models}; it has {English.And(operators)}", entry.At);

    public static Diagnostic AllocationWithoutTarget(SourceLocation at) =>
        Error("CT1026", "quantize says allocate: model without a target that weights can share; give r2 or bytes", at);

    public static Diagnostic FloorWithoutAllocation(SourceLocation at) =>
        Error("CT1026", "quantize has a floor, but its target holds for each weight anyway; add allocate: model, or remove floor", at);

    public static Diagnostic FloorAboveTarget(double floor, double r2, SourceLocation at) =>
        Error("CT1026",
            string.Create(CultureInfo.InvariantCulture, $"quantize has a floor of {floor}, above its r2 of {r2}; lower the floor, or raise r2"), at);

    public static Diagnostic BulkWithoutR2(SourceLocation at) =>
        Error("CT1026", "quantize says of: bulk, but has no r2 that each weight must reach; add r2 without allocate: model, or remove \"of\"", at);

    public static Diagnostic OnlyForOutputs(string key, SourceLocation at) =>
        Error("CT1027", $"{Found.Quote(key)} means something only with \"for: outputs\"; add that, or remove it", at);

    public static Diagnostic OnlyWithCalibration(string key, SourceLocation at) =>
        Error("CT1027", $"{Found.Quote(key)} means something only with \"calibration\"; add that, or remove it", at);

    public static Diagnostic NoOutputGate(SourceLocation at) =>
        Error("CT1027",
            "quantize says for: outputs, but the spec does not say what outputs must hold; add gate.outputs with samples and a "
                + "threshold, such as r2, or with samples beside gate.metrics", at);

    public static Diagnostic NothingToHold(SourceLocation at) =>
        Error("CT1027",
            "integer says for: outputs, but the spec does not say what outputs must hold; add gate.outputs with samples and a threshold, such as r2",
            at);

    public static Diagnostic LayerSearchesDiffer(SourceLocation first, SourceLocation at) =>
        Error("CT1027",
            $"this stack says something else of prefer, maxTime or calibration than the one at line {first.Line}, but one search decides for all "
                + "layers; give both the same", at);

    public static Diagnostic CalibrationsDiffer(SourceLocation first, SourceLocation at) =>
        Error("CT1027",
            $"this stack has another calibration (its options included) or maxTime than the one at line {first.Line}, but one search finds the "
                + "steps of all of them; give both the same", at);

    public static Diagnostic BytesTwice(SourceLocation first, SourceLocation at) =>
        Error("CT1027",
            $"bytes says how large the artifact shall be, and so does the stack at line {first.Line}; a model has one size. Give this stack "
                + $"r2, or let both rules use one stack", at);

    public static Diagnostic BytesBesideSearch(SourceLocation first, SourceLocation at) =>
        Error("CT1027",
            $"bytes says how large the artifact shall be, and for: outputs at line {first.Line} how good; a model cannot have both. Give this "
                + $"stack r2, or remove one of them", at);

    public static Diagnostic ElementsReversed(long minimum, long maximum, SourceLocation at) =>
        Error("CT1024", $"the rule matches nothing: \"maxElements\" is {maximum}, less than \"minElements\", which is {minimum}", at);

    /// <summary>A rule that compresses nothing in a model is most likely misspelt.</summary>
    public static Diagnostic RuleMatchesNoWeight(RuleSpec rule, string model,
        IReadOnlyCollection<(string Path, long Elements, string ElementType)> weights, string? exact = null) =>
        Error("CT1025",
            $"the rule {English.Or([.. rule.Weights.Select(glob => Found.Quote(glob.Pattern))])} compresses no weight of {model}: "
                + $"{UnusedRule.Explain(rule, weights, exact)}", rule.At);

    public static Diagnostic NoSuchModel(string pattern, string searched, SourceLocation at) =>
        Error("CT1030", $"no model: {Found.Quote(pattern)} matches no file; searched {searched}. Put the model there, or correct the path", at);

    public static Diagnostic ModelIsFolder(string pattern, SourceLocation at) =>
        Error("CT1030", $"no model: {Found.Quote(pattern)} is a folder; write \"{pattern.TrimEnd('/')}/*.onnx\" for the models in it", at);

    public static Diagnostic ModelsNotSearchable(string pattern, string reason, SourceLocation at) =>
        Error("CT1031", $"the models {Found.Quote(pattern)} cannot be searched: {Found.OneLine(reason)}", at);

    public static Diagnostic SameArtifact(string model, string other, string artifact, SourceLocation at) =>
        Error("CT1032",
            $"the models {Found.Quote(other)} and {Found.Quote(model)} would both write {Found.Quote(artifact)}; give one of them its own \"name\"",
                at);

    public static Diagnostic ArtifactIsModel(string model, SourceLocation at) =>
        Error("CT1033", $"the artifact would overwrite the model {Found.Quote(model)}; choose another \"output\" or \"name\"", at);

    public static Diagnostic NotAFileName(string name, SourceLocation at) =>
        Error("CT1034",
            $"\"name\" is {Found.Quote(name)}, expected a file name that every system allows: no folders, none of < > : \" | ? *, no point or "
                + $"blank at the end", at);

    public static Diagnostic OnlyAndExcept(SourceLocation at) =>
        Error("CT1028", "\"except\" beside \"only\": what is not in \"only\" is left out already; remove one of them", at);

    public static Diagnostic NoLabels(string key, SourceLocation at) =>
        Error("CT1028", $"{Found.Quote(key)} takes labels; name an array of the samples in \"labels\", or remove it", at);

    public static Diagnostic NothingFedBack(string key, SourceLocation at) =>
        Error("CT1028", $"{Found.Quote(key)} means something only with \"feedback\", which makes samples sequences; add that, or remove it", at);

    public static Diagnostic OnlyForArrays(string key, string others, int? steps, SourceLocation at) =>
        Error("CT1028",
            string.Create(CultureInfo.InvariantCulture,
                $"{Found.Quote(key)} is for arrays of an .npz; {(steps, others) switch
                {
                    (not null, "random") => $"of random samples say random: {{ steps: {steps} }}, for so many runs",
                    (not null, "audio") => $"of sounds say audio: {{ window: {steps} }}, for so many values in each step",
                    _ => "remove it",
                }}"),
            at);

    public static Diagnostic NothingToGrowAlong(SourceLocation at) =>
        Error("CT1028", "\"grow\" means something only with \"steps\", which cut whole sequences; add that, or remove it", at);

    public static Diagnostic WildcardsDiffer(string input, string output, SourceLocation at) =>
        Error("CT1028",
            $"{Found.Quote(output)} is to be fed back into {Found.Quote(input)}, which has another number of wildcards; give both as many", at);

    public static Diagnostic NotARange(string input, IReadOnlyList<double> found, SourceLocation at) =>
        Error("CT1501",
            string.Create(CultureInfo.InvariantCulture,
                $"the range of {Found.Quote(input)} is [{string.Join(", ", found.Select(end => end.ToString(CultureInfo.InvariantCulture)))}], "
                    + $"expected two numbers, the lowest first"), at);

    public static Diagnostic MetricTwice(string name, SourceLocation first, SourceLocation at) =>
        Error("CT1530", $"the metric {Found.Quote(name)} is already there at line {first.Line}; rename one, or give one both thresholds", at);

    public static Diagnostic MetricNameHasControlCharacters(string name, SourceLocation at) =>
        Error("CT1530", $"the metric's name {Found.Quote(name)} has control characters; remove them", at);

    public static Diagnostic MetricWithoutThreshold(string name, IReadOnlyList<string> thresholds, SourceLocation at) =>
        Error("CT1530", $"the metric {Found.Quote(name)} holds nothing; add at least one of {English.And(thresholds)}", at);

    public static Diagnostic MetricBoundsReversed(string name, SourceLocation at) =>
        Error("CT1530", $"no figure passes: \"atMost\" of the metric {Found.Quote(name)} is less than its \"atLeast\"", at);

    public static Diagnostic QuoteNotClosed(string command, SourceLocation at) =>
        Error("CT1530",
            $"{Found.Quote(command)} has a quote that is not closed; close it, or write \"run\" as a list of the program and its arguments", at);

    public static Diagnostic CommandWithoutModel(string command, SourceLocation at) =>
        Error("CT1530",
            $"{Found.Quote(command)} does not say where the path of the model goes; write {{model}} there, for the restored model", at);

    public static Diagnostic ShellWithList(SourceLocation at) =>
        Error("CT1530", "a shell takes one text, but \"run\" is a list; write it as a text, or remove \"shell\"", at);

    public static Diagnostic MetricInputNotFound(string pattern, string searched, SourceLocation at) =>
        Error("CT1531", $"the metric's input {Found.Quote(pattern)} matches no file; searched {searched}. Paths are relative to the spec", at);

    private static Diagnostic Error(string code, string message, SourceLocation? at) => new(code, Severity.Error, message, at);

    private static string DidYouMean(string? meant) => meant is null ? "" : $"; did you mean {Found.Quote(meant)}?";

    private static string Known(IReadOnlyList<string> known) => known.Count == 0 ? "; it has none" : $"; expected {English.Or(known)}";

    private static string StackRemedy(string stack, IReadOnlyList<string> known) =>
        StageSchemas.Stage.Find(stack) is not null ? $"; to use the stage, write it as a list: [ {stack} ]"
        : known.Count == 0 ? "; the spec has no \"stacks\""
        : Known([.. known.Take(10).Select(Found.Quote)]);
}
