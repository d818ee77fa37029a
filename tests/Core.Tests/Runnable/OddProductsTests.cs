using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;

namespace CompressTasks.Core.Tests.Runnable;

/// <summary>Products that are no ordinary matrix times matrix, and graphs that have the names of new values: right at all levels, or left alone.</summary>
public sealed class OddProductsTests
{
    private const int Inputs = 64;
    private const int Columns = 48;

    public static TheoryData<string> Ways => ["dynamic", "perToken", "residual"];

    /// <summary>ONNX Runtime's ReduceMax keeps the length of rows where there are none.</summary>
    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public void AnInputWithoutRowsGivesNone(int opset)
    {
        var model = Graphs.Model([("x", [-1, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y");
        model.OpsetImport[0].Version = opset;
        using var run = new RewrittenRun(model, "integer: { activations: perToken }");
        foreach (var level in DynamicMatMulTests.Levels)
        {
            run.Run(level, RewrittenRun.Input("x", [], 0, Inputs)).ShouldBeEmpty();
            run.Run(level, RewrittenRun.Input("x", RewrittenRun.Noise(2 * Inputs, 1), 2, Inputs)).Length.ShouldBe(2 * Columns);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void AWeightTimesAVectorStays(string activations) => ShouldStay(activations,
        Graphs.Model([("x", [Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Columns, Inputs)], "MatMul w,x -> y"),
        "its other factor is a vector, or the model does not say that it is none");

    [Theory]
    [MemberData(nameof(Ways))]
    public void AVectorTimesSeveralWeightsStays(string activations) => ShouldStay(activations,
        Graphs.Model([("x", [Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, 3, Inputs, Columns)], "MatMul x,w -> y"),
        "its other factor is a vector, or the model does not say that it is none");

    [Theory]
    [MemberData(nameof(Ways))]
    public void AVectorTimesAWeightIsRight(string activations) => ShouldBeRight(activations,
        Graphs.Model([("x", [Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, Columns)], "MatMul x,w -> y"), Inputs);

    /// <summary>Without a permutation, a Transpose turns all three axes around.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void AWeightOfThreeAxesThatIsTurnedAroundStays(string activations)
    {
        var model = Graphs.Model([("x", [4, 32])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, 32, 32, 32)], "Transpose w -> t", "MatMul x,t -> y");
        using var run = new RewrittenRun(model, $"integer: {{ activations: {activations} }}");
        run.Outcome.Report.Runnable!.Weights.ShouldBeEmpty();
        run.Operators.ShouldBe(["Transpose", "MatMul"]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void AWeightTimesItselfStays(string activations) => ShouldStay(activations,
        Graphs.Model([("x", [Inputs, Inputs])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, Inputs, Inputs)],
            "Identity w -> i", "Transpose w -> t", "MatMul i,t -> g", "MatMul x,g -> y"),
        "both factors are constant");

    /// <summary>The second layer's input has the name that what the first one loses would have.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void ValuesMayHaveTheNamesOfNewOnes(string activations) => ShouldBeRight(activations,
        Graphs.Model([("x", [4, Inputs])], [("y", ElementType.Float), ("w_quantized_transposed", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Columns, Inputs), RewrittenRun.Weight("v", 3, Columns, Inputs), RewrittenRun.Weight("u", 4, Inputs, Inputs)],
            "Transpose w -> wt", "Transpose v -> vt", "MatMul x,wt -> h", "MatMul x,u -> x_residual", "MatMul x_residual,vt -> k", "Add h,k -> y",
            "Relu y -> w_quantized_transposed"), 4, Inputs);

    /// <summary>x per token and x_token dynamic: their factors have names of their own.</summary>
    [Fact]
    public void FactorsOfEachActivationHaveTheirName()
    {
        foreach (var (one, other) in new[] { ("x", "x_token"), ("x", "x_residual"), ("x", "x_equalization"), ("x_equalization", "x") })
        {
            foreach (var (first, second) in WaysOf().SelectMany(_ => WaysOf(), (first, second) => (first, second)))
                CompressTasks.Runnable.Equalization.NameFor(one, first).ShouldNotBe(CompressTasks.Runnable.Equalization.NameFor(other, second));
        }

        static CompressTasks.Spec.ActivationQuantization[] WaysOf() =>
            [CompressTasks.Spec.ActivationQuantization.Dynamic, CompressTasks.Spec.ActivationQuantization.PerToken, CompressTasks.Spec.ActivationQuantization.Residual];
    }

    /// <summary>The original has a product of its own that is called like ours: the weight is not taken for one that has been equalized.</summary>
    [Fact]
    public void ProductsOfTheOriginalAreNotOurs()
    {
        var model = Graphs.Model([("x", [4, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns), Graphs.Matrix("foo_equalization", 1, Inputs, i => 1 + (i % 7))], "Mul x,foo_equalization -> h", "MatMul h,w -> y");
        using var run = new RewrittenRun(model, "integer");
        run.Outcome.Report.Weights.Single(weight => weight.Path == "w").R2.ShouldBeInRange(0.9999, 1);
    }

    private static void ShouldStay(string activations, ModelProto model, string reason)
    {
        using var run = new RewrittenRun(model, $"integer: {{ activations: {activations} }}");
        run.Outcome.Report.Runnable!.Weights.ShouldBeEmpty();
        run.Outcome.Report.Runnable.Left.ShouldContain(left => left.Reason == reason);
    }

    private static void ShouldBeRight(string activations, ModelProto model, params long[] shape)
    {
        using var run = new RewrittenRun(model, $"integer: {{ activations: {activations} }}");
        run.Outcome.Report.Runnable!.Weights.ShouldNotBeEmpty();
        var input = RewrittenRun.Input("x", RewrittenRun.Noise((int)shape.Aggregate((a, b) => a * b), 6), shape);
        var original = OnnxRuntimeOutputs.Run(run.OriginalPath, [input]);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            foreach (var (expected, found) in original.Zip(OnnxRuntimeOutputs.Run(run.Path, [input], level)))
                ResidualMatMulTests.R2(expected.Bytes, found.Bytes).ShouldBeInRange(activations == "residual" ? 0.99992 : 0.9995, 1);
        }
    }
}
