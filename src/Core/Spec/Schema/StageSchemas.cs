namespace CompressTasks.Spec.Schema;

/// <summary>The stages and their options.</summary>
internal static class StageSchemas
{
    private const string Options = "a mapping of options";

    private static readonly NumberRange _share = NumberRange.MoreThan(0).AndAtMost(1);
    private static readonly NumberRange _openShare = NumberRange.MoreThan(0).AndLessThan(1);

    public static ObjectSchema Gaussian { get; } = new("gaussian", Options,
    [
        new("components", new NumberSchema(NumberRange.Between(1, 64), IsWhole: true), "Gaussians per block (K).") { Default = "8" },
        new("block", new NumberSchema(NumberRange.Between(8, 1024), IsWhole: true), "Columns per block; longer rows are cut.") { Default = "256" },
        new("free", ChoiceSchema.Of<GaussianFreedom>(),
            "What is fitted: amplitude, centre and width (3K parameters per block), or the amplitude alone (K).") { Default = "all" },
    ]);

    public static ObjectSchema Pca { get; } = new("pca", Options,
    [
        new("components", new NumberSchema(NumberRange.AtLeast(1).AndAtMost(65536), IsWhole: true), "Principal components to keep."),
        new("keep", new NumberSchema(_share), "Share of the columns to keep as components."),
        new("variance", new NumberSchema(_share), "Keep as many components as explain this share of the variance."),
        new("weighting", ChoiceSchema.Of<PcaWeighting>(),
            "`jacobian` scales each column by its effect on the weights first; `none` is the papers' method.") { Default = "jacobian" },
    ])
    {
        ExactlyOneOf = ["components", "keep", "variance"],
    };

    public static ObjectSchema Haar { get; } = Transform("haar", "Share of the coefficients to keep, the largest ones.");

    public static ObjectSchema Dct { get; } = Transform("dct", "Share of the coefficients to keep, the lowest frequencies.");

    public static ObjectSchema Recursive { get; } = new("recursive", Options,
    [
        new("pca", Pca, "The stage to repeat, with its options."),
        new("haar", Haar, "The stage to repeat, with its options."),
        new("dct", Dct, "The stage to repeat, with its options."),
        new("gaussian", Gaussian, "The stage to repeat, with its options."),
        new("maxLevels", new NumberSchema(NumberRange.Between(1, 16), IsWhole: true), "Levels at most.") { Default = "6" },
        new("minGain", new NumberSchema(NumberRange.Between(0, 1)),
            "Stop when a level saves less than this share of the parameters.") { Default = "0.05" },
    ])
    {
        ExactlyOneOf = ["pca", "haar", "dct", "gaussian"],
    };

    public static ObjectSchema Residual { get; } = new("residual", Options,
    [
        new("r2", new NumberSchema(_openShare), "R² to the original weights that the coded error restores.") { IsRequired = true },
    ]);

    public static ObjectSchema Quantize { get; } = new("quantize", Options,
    [
        new("r2", new NumberSchema(_openShare), "R² to the original weights; the coarsest step that reaches it is used."),
        new("step", new NumberSchema(NumberRange.MoreThan(0)), "The step, in units of the weights; the mean squared error is about step²/12."),
        new("bits", new NumberSchema(NumberRange.MoreThan(0).AndAtMost(16)), "Bits per weight; the finest step that fits is used."),
        new("bytes", new SizeSchema(), "Size of the artifact; one step for all weights of the stack, the finest that fits, is used."),
        new("for", new ChoiceSchema(["outputs"]), "`outputs`: the smallest artifact that passes `gate.outputs`; see [for: outputs](#for-outputs)."),
        new("of", ChoiceSchema.Of<R2Measure>(),
            "With `r2` of each weight: `all` of its values, or their `bulk`; see [of: bulk](#of-bulk).") { Default = "all" },
        new("allocate", ChoiceSchema.Of<StepAllocation>(),
            "`weight`: each weight reaches `r2`; `model`: all weights of the stack reach it pooled, with the fewest bytes.") { Default = "weight" },
        new("floor", new NumberSchema(_openShare),
            "With `allocate: model`, `bytes` or `for: outputs`: R² that each weight must reach nevertheless.") { DefaultDescription = "none" },
        new("calibration", OutputSchemas.Samples,
            "With `for: outputs`: samples on which the inputs of each layer are measured, to code its weight against them.") { DefaultDescription = "not calibrated" },
        new("calibrationMemory", new SizeSchema(),
            "With `calibration`: what second moments and the inputs of layers may take at a time; when they need more, the samples are run more often.") { Default = "512 MiB" },
        new("calibrationBlock", new NumberSchema(NumberRange.Between(32, 16384), IsWhole: true),
            "With `calibration`: layers with more inputs are cut into runs of so many, each coded by itself.") { Default = "4096" },
        new("calibrationPatches", new NumberSchema(NumberRange.AtLeast(1)),
            "With `calibration`: how many patches (of convolutions) or rows moments are taken of, for each input of a layer; of more, so many are sampled.") { Default = "16" },
        new("maxTime", new DurationSchema(),
            "With `for: outputs`: when to stop searching and take the best so far.") { DefaultDescription = "never" },
    ])
    {
        ExactlyOneOf = ["r2", "step", "bits", "bytes", "for"],
    };

    public static ObjectSchema Lossless { get; } = new("lossless", Options, []);

    public static ObjectSchema Integer { get; } = new("integer", Options,
    [
        new("bits", new NumberSchema(NumberRange.Between(4, 8), IsWhole: true),
            "With `activations: none`, 8 or 4. Else 5 to 8, stored in 8: fewer make the artifact smaller, not the model, nor is it faster; with 7 no "
                + "sum overflows on processors without VNNI.") { Default = "8" },
        new("block", new NumberSchema(NumberRange.Between(16, 256), IsWhole: true),
            "With `activations: none`, and of 4 bits in a search: values along a layer's inputs that share a scale; 16, 32, 64, 128 or 256.") { Default = "32" },
        new("activations", ChoiceSchema.Of<ActivationQuantization>(),
            "How the layer's inputs are quantized: `dynamic`, with one range for all that each run measures; `perToken`, with one for each row; `residual`, as "
                + "`dynamic`, and what that loses once more; `static`, with ranges measured on samples; `none`.")
        { Default = "dynamic" },
        new("calibration", OutputSchemas.Samples,
            "Samples on which is measured what layers meet: weights are rounded against it, from four samples on; with `activations: static` the ranges are of it, with "
                + "`for: outputs` what layers lose.")
        { DefaultDescription = "those of `gate.outputs`, for ranges and searches only" },
        new("for", new ChoiceSchema(["outputs"]),
            "`outputs`: a search finds for each layer whether it becomes one of 8 or 4 bits, or stays in float, so that the model passes "
                + "`gate.outputs`; see [integer for outputs](#integer-for-outputs).") { DefaultDescription = "all as the options say" },
        new("prefer", ChoiceSchema.Of<LayerPreference>(), "With `for: outputs`: the fastest model that passes, or the smallest.")
        { Default = "speed" },
        new("maxTime", new DurationSchema(), "With `for: outputs`: when to stop searching and take the best so far.")
        { DefaultDescription = "never" },
    ]);

    public static ObjectSchema Float16 { get; } = new("float16", Options,
    [
        new("graph", new ChoiceSchema(["true", "false"]),
            "`true`: the model computes with float16 too; see [the whole graph](#the-whole-graph).") { Default = "false" },
        new("except", new ListSchema(new TextSchema("an operator, or the name of a node, or a glob"), "", AllowsSingle: true),
            "With `graph: true`: operators that stay in float32, beside those that do anyway.") { DefaultDescription = "none" },
    ]);

    public static ObjectSchema Stage { get; } = new("stage", "a stage",
    [
        new("gaussian", Gaussian, "Fits each row of a weight by a sum of Gaussians."),
        new("pca", Pca, "Principal components of the parameters."),
        new("haar", Haar, "Haar wavelet transform of the parameters."),
        new("dct", Dct, "Discrete cosine transform of the parameters."),
        new("recursive", Recursive, "Repeats a stage on its own output until nothing is left to gain."),
        new("residual", Residual, "Codes what the stages before it lost. Must be the last stage, after at least one other."),
        new("quantize", Quantize, "Quantizes and codes the weights themselves. Must be the only stage."),
        new("lossless", Lossless, "Carries the weight bit for bit. Must be the only stage."),
        new("integer", Integer, "Makes the weight one of small integers that the model computes with. Must be the first stage."),
        new("float16", Float16, "Stores the weight in float16. Must be the first stage."),
    ])
    {
        ExactlyOneOf = ["gaussian", "pca", "haar", "dct", "recursive", "residual", "quantize", "lossless", "integer", "float16"],
        IsStage = true,
    };

    private static ObjectSchema Transform(string name, string keep) => new(name, Options,
    [
        new("keep", new NumberSchema(_share), keep) { IsRequired = true },
        new("axis", ChoiceSchema.Of<TransformAxis>(),
            "`columns`: the transform runs down the columns; `rows`: along the rows.") { Default = "columns" },
    ]);
}
