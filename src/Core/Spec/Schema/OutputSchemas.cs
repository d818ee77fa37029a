namespace CompressTasks.Spec.Schema;

/// <summary>The gate on a model's outputs.</summary>
internal static class OutputSchemas
{
    /// <summary>Axes are lengths of real tensors: 2³¹ values in one would not fit into ONNX Runtime's inputs anyway.</summary>
    private static readonly ListSchema _shape = new(new NumberSchema(NumberRange.AtLeast(1).AndAtMost(int.MaxValue), IsWhole: true),
        "a list of axis lengths", MinimumItems: 0);
    private static readonly ListSchema _range = new(new NumberSchema(NumberRange.Between(-1e15, 1e15)), "a list of the lowest and the highest value");

    public static ObjectSchema Random { get; } = new("random", "a mapping of options",
    [
        new("seed", new NumberSchema(NumberRange.Between(0, int.MaxValue), IsWhole: true),
            "The same seed gives the same samples, on every machine.") { Default = "1" },
        new("count", new NumberSchema(NumberRange.Between(1, 100_000), IsWhole: true), "How many samples.") { Default = "16" },
        new("shapes", new NamesSchema(_shape, "a mapping from inputs to shapes, such as x: [1, 3, 48, 320]"),
            "Shapes of inputs; see below for the others.") { DefaultDescription = "those of the model" },
        new("ranges", new NamesSchema(_range, "a mapping from inputs to ranges, such as x: [0, 1]"),
            "The lowest and the highest value of inputs; see below for the others.") { DefaultDescription = "`[-1, 1]`; whole numbers as they are used" },
    ]);

    public static ObjectSchema Samples { get; } = new("samples", "a path, or a mapping with random",
    [
        new("path", new TextSchema("a path or glob"), "An `.npz` file, or a folder or glob of `input_*.pb` files, relative to the spec."),
        new("random", Random, "Random values, from a seed."),
    ])
    {
        TextIsValueOf = "path",
        ExactlyOneOf = ["path", "random"],
    };

    public static ObjectSchema Outputs { get; } = new("outputs", "a mapping with samples and thresholds",
    [
        new("samples", Samples, "The inputs that both models are run on.") { IsRequired = true },
        new("r2", new NumberSchema(NumberRange.AtMost(1)), "Least R² of every floating-point output.") { DefaultDescription = "not checked" },
        new("cosine", new NumberSchema(NumberRange.AtMost(1)),
            "Least cosine similarity of every floating-point output, all of its values as one vector.") { DefaultDescription = "not checked" },
        new("top1", new NumberSchema(NumberRange.Between(0, 1)),
            "Least share of rows (along the last axis) whose largest value stays in its place; of outputs of whole numbers or truth values, of equal values.") { DefaultDescription = "not checked" },
        new("logits", new ChoiceSchema(["true", "false"]),
            "The outputs are logits: the report tells the KL divergence of their softmax.") { Default = "false" },
    ]);
}
