namespace CompressTasks.Spec.Schema;

/// <summary>The gate on a model's outputs.</summary>
internal static class OutputSchemas
{
    /// <summary>Axes are lengths of real tensors: 2³¹ values in one would not fit into ONNX Runtime's inputs anyway.</summary>
    private static readonly ListSchema _shape = new(new NumberSchema(NumberRange.AtLeast(1).AndAtMost(int.MaxValue), IsWhole: true),
        "a list of axis lengths", MinimumItems: 0);
    private static readonly ListSchema _range = new(new NumberSchema(NumberRange.Between(-1e15, 1e15)), "a list of the lowest and the highest value");

    private static readonly ListSchema _initialShape = new(new NumberSchema(NumberRange.AtLeast(0).AndAtMost(int.MaxValue), IsWhole: true),
        "a list of axis lengths", MinimumItems: 0);
    private static readonly NumberSchema _r2 = new(NumberRange.AtMost(1));
    private static readonly NumberSchema _share = new(NumberRange.Between(0, 1));
    private static readonly NumberSchema _error = new(NumberRange.AtLeast(0));
    private static readonly ListSchema _outputGlobs = new(new TextSchema("the name or glob of outputs"), "", AllowsSingle: true);

    public static ObjectSchema Random { get; } = new("random", "a mapping of options",
    [
        new("seed", new NumberSchema(NumberRange.Between(0, int.MaxValue), IsWhole: true),
            "The same seed gives the same samples, on every machine.") { Default = "1" },
        new("count", new NumberSchema(NumberRange.Between(1, 100_000), IsWhole: true), "How many samples.") { Default = "16" },
        new("steps", new NumberSchema(NumberRange.Between(1, 100_000), IsWhole: true), "With `feedback`: how many runs make a sequence.") { Default = "8" },
        new("shapes", new NamesSchema(_shape, "a mapping from inputs to shapes, such as x: [1, 3, 48, 320]"),
            "Shapes of inputs; see below for the others.") { DefaultDescription = "those of the model" },
        new("ranges", new NamesSchema(_range, "a mapping from inputs to ranges, such as x: [0, 1]"),
            "The lowest and the highest value of inputs; see below for the others.") { DefaultDescription = "`[-1, 1]`; whole numbers as they are "
                + "used" },
    ]);

    public static ObjectSchema Samples { get; } = new("samples", "a path, or a mapping with random, images or audio",
    [
        new("path", new TextSchema("a path or glob"), "An `.npz` file or a glob of them, or a folder or glob of `input_*.pb` files, relative to the spec."),
        new("random", Random, "Random values, from a seed."),
        new("images", MediaSchemas.Images, "Pictures, one sample each; see [images](#images)."),
        new("audio", MediaSchemas.Audio, "Sounds, their windows, or sequences of these; see [audio](#audio)."),
        new("feedback", new NamesSchema(new TextSchema("the name of an output, or a pattern with `*`"),
                "a mapping from inputs to outputs, such as state: stateN or \"past_key_values.*\": \"present.*\""),
            "The samples are sequences: in every run but the first, these inputs are what the model gave in the run before. "
                + "Each model gets its own; see [sequences](#sequences).") { DefaultDescription = "each sample is a run of its own" },
        new("initial", new NamesSchema(_initialShape, "a mapping from inputs to shapes, such as state: [2, 1, 128]"),
            "Shapes of inputs that are fed back, in the first run, in which they are zeros. An array of the samples goes before it.")
        { DefaultDescription = "those of the model; an axis that grows is empty" },
        new("steps", new ListSchema(new NumberSchema(NumberRange.Between(1, int.MaxValue), IsWhole: true), "", AllowsSingle: true),
            "Arrays hold whole sequences along their second axis, and are cut into steps of these lengths, the last of which counts on.")
        { DefaultDescription = "arrays have an axis more, for the steps" },
        new("grow", new ListSchema(new TextSchema("the name of an input"), "", AllowsSingle: true),
            "Inputs that get everything up to the end of the step, such as an attention mask; with `steps`.") { DefaultDescription = "none" },
    ])
    {
        TextIsValueOf = "path",
        ExactlyOneOf = ["path", "random", "images", "audio"],
    };

    public static ObjectSchema Each { get; } = new("each", "a mapping with thresholds",
    [
        new("r2", _r2, "As for all outputs.") { DefaultDescription = "as for all" },
        new("cosine", _r2, "As for all outputs.") { DefaultDescription = "as for all" },
        new("top1", _share, "As for all outputs.") { DefaultDescription = "as for all" },
    ]);

    public static ObjectSchema Labels { get; } = new("labels", "the name of an array, or a mapping with array",
    [
        new("array", new TextSchema("the name of an array"),
            "The array of the samples' `.npz` that holds what the output ought to be.") { IsRequired = true },
        new("output", new TextSchema("the name of an output"), "The output.") { DefaultDescription = "the only one that is compared" },
    ])
    {
        TextIsValueOf = "array",
    };

    public static ObjectSchema Outputs { get; } = new("outputs", "a mapping with samples and thresholds",
    [
        new("samples", Samples, "The inputs that both models are run on.") { IsRequired = true },
        new("r2", _r2, "Least R² of every floating-point output.") { DefaultDescription = "not checked" },
        new("cosine", _r2,
            "Least cosine similarity of every floating-point output, all of its values as one vector.") { DefaultDescription = "not checked" },
        new("top1", _share,
            "Least share of rows (along the last axis) whose largest value stays in its place; of outputs of whole numbers or truth values, of "
                + "equal values.") { DefaultDescription = "not checked" },
        new("only", _outputGlobs, "The outputs that are compared, by name or glob.") { DefaultDescription = "all that are not fed back" },
        new("except", _outputGlobs, "Outputs that are not compared.") { DefaultDescription = "none" },
        new("each", new NamesSchema(Each, "a mapping from outputs to thresholds, such as \"boxes\": { r2: 0.95 }"),
            "Thresholds of some outputs, by name or glob, in place of those for all.") { DefaultDescription = "none" },
        new("labels", Labels, "What an output ought to be, from the samples: both models get figures on it; see [labels](#labels).")
        { DefaultDescription = "none" },
        new("accuracy", _share, "Least share of labels that the restored model's output meets.") { DefaultDescription = "not checked" },
        new("accuracyDrop", _share, "The most that the accuracy may be below the original's.") { DefaultDescription = "not checked" },
        new("loss", _error, "Largest mean cross entropy, in nats.") { DefaultDescription = "not checked" },
        new("lossIncrease", _error, "The most that the cross entropy may be above the original's.") { DefaultDescription = "not checked" },
        new("rmse", _error, "Largest root of the mean squared error.") { DefaultDescription = "not checked" },
        new("rmseIncrease", _error, "The most that this may be above the original's.") { DefaultDescription = "not checked" },
        new("logits", new ChoiceSchema(["true", "false"]),
            "The outputs are logits: the report tells the KL divergence of their softmax, and the loss on labels is that of their softmax.") { Default = "false" },
    ]);
}
