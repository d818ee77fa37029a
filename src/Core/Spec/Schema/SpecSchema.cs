using CompressTasks.Diagnostics;

namespace CompressTasks.Spec.Schema;

/// <summary>The whole spec: every key, its type, range, default and meaning.</summary>
internal static class SpecSchema
{
    public const int Version = 1;
    public const int DefaultMinElements = 1024;
    public const string CodeTables = "code";

    private static readonly ListSchema _stages = new(StageSchemas.Stage, "a list of stages");
    private static readonly NumberSchema _elements = new(NumberRange.AtLeast(0), IsWhole: true);

    public static ObjectSchema Model { get; } = new("model", "a path, a glob, or a mapping with path",
    [
        new("path", new TextSchema("a path or glob"),
            "The model, relative to the spec; `*` matches within a folder, `**` any folders.") { IsRequired = true },
        new("name", new TextSchema("a file name"), "The artifact's file name without `.onnxz`.") { DefaultDescription = "the model's" },
        new("format", ChoiceSchema.Of<ModelFormat>(),
            "`onnxz`: an artifact; `onnx`: a [runnable model](runnable.md); `both`: an artifact, and what it decodes to.") { Default = "onnxz" },
    ])
    {
        TextIsValueOf = "path",
    };

    public static ObjectSchema Rule { get; } = new("rule", "a rule",
    [
        new("weights", new ListSchema(new TextSchema("a glob of weight paths"), "", AllowsSingle: true),
            "The weights that the rule is about.") { IsRequired = true },
        new("stack", new NameOrListSchema(new TextSchema("the name of a stack"), _stages), "How they are compressed.") { IsRequired = true },
        new("minElements", _elements,
            "The rule is only about weights with at least as many values.") { DefaultDescription = "1024; 0 when the stack is lossless, or a graph of float16" },
        new("maxElements", _elements, "The rule is only about weights with at most as many values.") { DefaultDescription = "no limit" },
        new("types", new ListSchema(new ChoiceSchema(["float32", "float16", "bfloat16", "double"]), "", AllowsSingle: true),
            "The rule is only about weights of these types.") { DefaultDescription = "all of them" },
        new("tables", new ChoiceSchema(["exact", CodeTables]),
            "Computed tables, such as Fourier bases: `exact` carries them exactly, `code` by the stack; see below.") { Default = "exact" },
    ]);

    public static ObjectSchema Gate { get; } = new("gate", "a mapping with thresholds",
    [
        new("r2", new NumberSchema(NumberRange.AtMost(1)),
            "Least R² of all weights pooled, against the original weights.") { DefaultDescription = "not checked" },
        new("weightR2", new NumberSchema(NumberRange.AtMost(1)),
            "Least R² of the worst weight: pooled, a large weight can hide a ruined small one.") { DefaultDescription = "not checked" },
        new("ratio", new NumberSchema(NumberRange.MoreThan(0)),
            "Least ratio of original bytes to artifact bytes.") { DefaultDescription = "not checked" },
        new("maxBytes", new SizeSchema(),
            "Largest artifact. KB, MB, GB are powers of 1000; KiB, MiB, GiB of 1024.") { DefaultDescription = "not checked" },
        new("outputs", OutputSchemas.Outputs, "What the model computes must hold: see [outputs](#outputs).") { DefaultDescription = "not compared" },
        new("speed", SpeedSchemas.Speed, "How many times as fast as the original the result must be: see [speed](#speed).")
        { DefaultDescription = "not measured" },
        new("metrics", MetricSchemas.Metrics, "Figures that programs of yours measure: see [metric](#metric).") { DefaultDescription = "none" },
        new("onFailure", new ChoiceSchema(["error", "warning"]), "Whether a failed gate fails the build.") { Default = "error" },
    ]);

    public static ObjectSchema Root { get; } = new("spec", "a mapping with models, stacks and rules",
    [
        new("version", new NumberSchema(NumberRange.Between(Version, Version), IsWhole: true), "The version of this format.") { Default = "1" },
        new("models", new ListSchema(Model, "a list of models"), "The models to compress.") { IsRequired = true },
        new("stacks", new NamesSchema(_stages, "a mapping from names to lists of stages"),
            "Stacks of stages, by the name that rules use.") { DefaultDescription = "none" },
        new("rules", new ListSchema(Rule, "a list of rules", MinimumItems: 0),
            "Which weight is compressed how. The first rule that matches a weight counts; a weight without one is carried losslessly.") { DefaultDescription = "none" },
        new("gate", Gate, "What the result must hold.") { DefaultDescription = "no gate" },
        new("output", new TextSchema("a folder"), "Where artifacts and reports go, relative to the spec.") { Default = "artifacts" },
        new("report", new ListSchema(ChoiceSchema.Of<ReportFormat>(), "", MinimumItems: 0, AllowsSingle: true),
            "The formats of the report: see [reports.md](reports.md).") { Default = "[json, markdown, html]" },
        new("baseline", new TextSchema("a file or folder"),
            "An earlier report or artifact, or a folder of them, relative to the spec: reports show [what has changed](reports.md#change).")
        { DefaultDescription = "none" },
    ]);

    /// <summary>A spec whose models are given from outside need not name any.</summary>
    public static ObjectSchema RootForOtherModels { get; } = Root with
    {
        Keys = [.. Root.Keys.Select(key => key.Name == "models"
        ? key with { IsRequired = false } : key)]
    };

    /// <summary>Every mapping with known keys, in the order of the documentation.</summary>
    public static IReadOnlyList<ObjectSchema> All { get; } =
    [
        Root, Model, Rule, Gate, OutputSchemas.Outputs, OutputSchemas.Each, OutputSchemas.Labels, OutputSchemas.Samples, OutputSchemas.Random,
        MediaSchemas.Images, MediaSchemas.Audio, SpeedSchemas.Speed, MetricSchemas.Metric,
        StageSchemas.Stage,
        .. StageSchemas.Stage.Keys.Select(key => (ObjectSchema)key.Value),
    ];

    /// <summary>The severities that <c>onFailure</c> names.</summary>
    public static Severity ToSeverity(string onFailure) => onFailure == "warning" ? Severity.Warning : Severity.Error;
}
