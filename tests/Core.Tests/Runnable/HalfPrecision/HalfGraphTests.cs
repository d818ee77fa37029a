using CompressTasks.Compression;
using CompressTasks.Compression.Planning;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Inspection;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Reporting;
using CompressTasks.Runtime;
using CompressTasks.Spec;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Core.Tests.Runnable.HalfPrecision;

/// <summary>Expected values are rounded by <see cref="Half"/>.</summary>
public sealed class HalfGraphTests
{
    private const int Inputs = 40;
    private const int Columns = 24;
    private const string Stage = "float16: { graph: true }";

    private static readonly float[] _x = RewrittenRun.Noise(Inputs, 1);

    [Fact]
    public void TheGraphComputesWithWhatFloat16Has()
    {
        using var run = new RewrittenRun(TwoLayers(), Stage);
        run.Operators.ShouldBe(["Cast", "MatMul", "Tanh", "MatMul", "Cast"]);
        run.Model.Graph.Initializer.Select(tensor => (tensor.Name, (ElementType)tensor.DataType)).ShouldBe(
            [("w_float16", ElementType.Float16), ("v_float16", ElementType.Float16)]);
        var hidden = Rounded(RewrittenRun.Product(Rounded(_x), Rounded(RewrittenRun.Noise(Inputs * Columns, 2)), 1, Inputs, Columns));
        var expected = Rounded(RewrittenRun.Product(Rounded(hidden.Select(Math.Tanh)), Rounded(RewrittenRun.Noise(Columns * Columns, 3)), 1, Columns,
            Columns));
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var found = run.Run(level, RewrittenRun.Input("x", _x, 1, Inputs));

            // Between operators that it has no float16 kernel for, ONNX Runtime may keep float32: a unit in the last place of each value.
            for (var i = 0; i < Columns; i++)
                ((double)found[i]).ShouldBe(expected[i], 5e-3);
        }
    }

    /// <summary>
    /// The weight is rounded; input and sum may be or not: where it has no float16 kernel, ONNX Runtime casts, and leaves out casts in both
    /// directions.
    /// </summary>
    [Theory]
    [MemberData(nameof(DynamicMatMulTests.Levels), MemberType = typeof(DynamicMatMulTests))]
    public void AWeightIsRoundedToFloat16(GraphOptimizationLevel level)
    {
        var (x, w) = (RewrittenRun.Noise(2048, 1), RewrittenRun.Noise(2048, 2));
        var model = Graphs.Model([("x", [2048])], [("y", ElementType.Float)], [RewrittenRun.Weight("w", 2, 2048)], "Add x,w -> y");
        using var run = new RewrittenRun(model, Stage);
        var found = run.Run(level, RewrittenRun.Input("x", x, 2048));
        for (var i = 0; i < found.Length; i++)
        {
            var (exact, rounded) = (x[i] + (float)(Half)w[i], (float)(Half)x[i] + (float)(Half)w[i]);
            new[] { exact, rounded, (float)(Half)rounded }.ShouldContain(found[i]);
        }

        found.ShouldNotBe(run.Original(RewrittenRun.Input("x", x, 2048)));
    }

    [Fact]
    public void WhatIsNotConcernedStaysAsItIs()
    {
        var model = TwoLayers();
        model.MetadataProps.Add(new StringStringEntryProto { Key = "task", Value = "a" });
        model.Graph.DocString = "what it is";
        model.Graph.Output[0] = Build.Value("y", ElementType.Float, 1, Columns);

        // A field that no version of ONNX has.
        byte[] bytes = [.. model.Graph.Node[1].ToByteArray(), 0x9A, 0x3F, 0x02, 0x41, 0x42];
        model.Graph.Node[1] = NodeProto.Parser.ParseFrom(bytes);
        using var run = new RewrittenRun(model, Stage);
        run.Model.MetadataProps.ShouldBe(model.MetadataProps);
        run.Model.OpsetImport.ShouldBe(model.OpsetImport);
        run.Model.IrVersion.ShouldBe(model.IrVersion);
        run.Model.Graph.DocString.ShouldBe("what it is");
        run.Model.Graph.Input.ShouldBe(model.Graph.Input);
        run.Model.Graph.Output.ShouldBe(model.Graph.Output);
        run.Model.Graph.Node.Single(node => node.OpType == "Tanh").ToByteArray().TakeLast(5).ShouldBe([0x9A, 0x3F, 0x02, 0x41, 0x42]);
    }

    [Fact]
    public void ShapesThatTheModelTellsAreToldOfTheOtherTensors()
    {
        var model = TwoLayers();
        model.Graph.ValueInfo.Add(Build.Value("h", ElementType.Float, 1, Columns));
        model.Graph.ValueInfo.Add(Build.Value("t", ElementType.Float, 1, Columns));
        using var run = new RewrittenRun(model, "float16: { graph: true, except: Tanh }");
        run.Model.Graph.ValueInfo.ShouldBe(
        [
            Build.Value("h", ElementType.Float, 1, Columns), Build.Value("h_float16", ElementType.Float16, 1, Columns),
            Build.Value("t", ElementType.Float, 1, Columns), Build.Value("t_float16", ElementType.Float16, 1, Columns),
        ]);
        using var whole = new RewrittenRun(model, Stage);
        whole.Model.Graph.ValueInfo.ShouldBe(
            [Build.Value("h_float16", ElementType.Float16, 1, Columns), Build.Value("t_float16", ElementType.Float16, 1, Columns)]);
    }

    [Theory]
    [InlineData("Tanh")]
    [InlineData("t")]
    [InlineData("'[st]'")]
    [InlineData("[ Tanh, MatMul ]")]
    public void WhatIsExceptedComputesWithFloat32(string except)
    {
        using var run = new RewrittenRun(TwoLayers(), $"float16: {{ graph: true, except: {except} }}");
        var tanh = run.Model.Graph.Node.Single(node => node.OpType == "Tanh");
        (tanh.Input[0], tanh.Output[0]).ShouldBe(("h", "t"));
        var isAll = except.Contains("MatMul", StringComparison.Ordinal);
        run.Operators.ShouldBe(isAll ? ["MatMul", "Tanh", "MatMul"]
            : ["Cast", "MatMul", "Cast", "Tanh", "Cast", "MatMul", "Cast"]);
        run.Outcome.Report.Runnable!.Float32Operators.ShouldBe(isAll
            ? [new("MatMul", 2, "named by except"), new("Tanh", 1, "named by except")] : [new("Tanh", 1, "named by except")]);
        run.Outcome.Report.Runnable.Weights.Count.ShouldBe(isAll ? 0 : 2);
        run.Run(GraphOptimizationLevel.ORT_DISABLE_ALL, RewrittenRun.Input("x", _x, 1, Inputs)).Length.ShouldBe(Columns);
    }

    /// <summary>Large weights are stored in float16 whatever computes with them; small ones are not, with nothing to gain.</summary>
    [Fact]
    public void LargeWeightsOfFloat32OperatorsAreStoredInFloat16()
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, 30), RewrittenRun.Weight("v", 3, 30, Columns)], "MatMul x,w -> h", "MatMul h,v -> y");
        using var run = new RewrittenRun(model, "float16: { graph: true, except: MatMul }");
        run.Operators.ShouldBe(["Cast", "MatMul", "MatMul"]);
        run.Model.Graph.Initializer.Select(tensor => tensor.Name).ShouldBe(["w_float16", "v"]);
        var expected = RewrittenRun.Product(
            RewrittenRun.Product([.. _x.Select(value => (double)value)], Rounded(RewrittenRun.Noise(Inputs * 30, 2)), 1, Inputs, 30),
            [.. RewrittenRun.Noise(30 * Columns, 3).Select(value => (double)value)], 1, 30, Columns);
        var found = run.Run(GraphOptimizationLevel.ORT_ENABLE_ALL, RewrittenRun.Input("x", _x, 1, Inputs));
        for (var i = 0; i < Columns; i++)
            ((double)found[i]).ShouldBe(expected[i], 1e-5);
    }

    [Fact]
    public void AnExceptionThatMeansNothingIsAnError() =>
        Should.Throw<CompressException>(() => new RewrittenRun(TwoLayers(), "float16: { graph: true, except: [ Tanh, Softmx ] }"))
            .Diagnostics.Select(one => one.ToString()[(one.ToString().IndexOf("compress.yml", StringComparison.Ordinal))..]).ShouldBe(
            [
                "compress.yml(2,92): error CT1038: except names \"Softmx\", which is no operator and no node of m.onnx; it has MatMul and Tanh",
            ]);

    /// <summary>A token that must not be seen: −3.4e38 is not one of float16, and an infinity would be.</summary>
    [Theory]
    [InlineData(-3.4e38f, new[] { "Where", "Softmax" })]
    [InlineData(-70000f, new[] { "Where", "Softmax" })]
    [InlineData(float.NegativeInfinity, new string[0])]
    [InlineData(-65504f, new string[0])]
    public void ValuesBeyondTheRangeStayInFloat32WithWhatTheyReach(float masked, string[] inFloat32)
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
            [
                RewrittenRun.Weight("w", 2, Inputs, Columns), Build.Raw("masked", masked), Build.Raw("zero", 0),
            ],
            "MatMul x,w -> h", "Greater h,zero -> m", "Where m,h,masked -> a", "Softmax a -> s", "MatMul s,v -> y");
        model.Graph.Initializer.Add(RewrittenRun.Weight("v", 3, Columns, Columns));
        using var run = new RewrittenRun(model, Stage);
        run.Outcome.Report.Runnable!.Float32Operators!.Select(one => one.Operator).ShouldBe(inFloat32, ignoreOrder: true);
        run.Outcome.Report.Runnable.Left.Select(left => (left.Path, left.Reason)).ShouldBe(
            inFloat32.Length > 0 ? [("masked", "it has values that float16 has not")] : []);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var (found, original) = (run.Run(level, RewrittenRun.Input("x", _x, 1, Inputs)), run.Original(RewrittenRun.Input("x", _x, 1, Inputs)));
            for (var i = 0; i < Columns; i++)
                found[i].ShouldBe(original[i], 5e-3);
        }
    }

    /// <summary>As exported LayerNormalization and its 1e-12, which float16 has not; equal inputs have no variance.</summary>
    [Fact]
    public void AVarianceIsOfFloat32()
    {
        var model = Graphs.Model([("x", [2, Inputs])], [("y", ElementType.Float)],
            [
                RewrittenRun.Weight("w", 2, Inputs, Columns), Build.Raw("two", 2), Build.Raw("epsilon", 1e-12f),
                RewrittenRun.Weight("v", 3, Columns, Columns),
            ],
            "MatMul x,w -> h", "ReduceMean h -> m", "Sub h,m -> d", "Pow d,two -> p", "ReduceMean p -> q", "Add q,epsilon -> e", "Sqrt e -> r",
            "Div d,r -> n", "MatMul n,v -> y");
        foreach (var mean in model.Graph.Node.Where(node => node.OpType == "ReduceMean"))
            mean.Attribute.Add(new AttributeProto { Name = "axes", Type = 7, Ints = { -1 } });
        using var run = new RewrittenRun(model, Stage);
        run.Outcome.Report.Runnable!.Float32Operators!.Select(one => (one.Operator, one.Nodes, one.Reason)).ShouldBe(
        [
            ("ReduceMean", 2, "sums of many values"), ("Add", 1, "constants that would be zero in float16"),
            ("Div", 1, "constants that would be zero in float16"), ("Pow", 1, "results that may pass 65,504"),
            ("Sqrt", 1, "values near zero, of which float16 has few"),
        ]);

        // Squares of 1,000 pass 65,504.
        float[] x = [.. _x.Select(value => 1000 * value), .. new float[Inputs]];
        var original = run.Original(RewrittenRun.Input("x", x, 2, Inputs));
        foreach (var level in DynamicMatMulTests.Levels)
        {
            var found = run.Run(level, RewrittenRun.Input("x", x, 2, Inputs));
            for (var i = 0; i < Columns; i++)
                found[i].ShouldBe(original[i], 0.03);
            found[Columns..].ShouldBe(new float[Columns]);
        }
    }

    /// <summary>Float16 has no odd number above 2,048: the sine of position 3,001 would be another.</summary>
    [Fact]
    public void PositionsAreOfFloat32()
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, 64), RewrittenRun.Weight("frequencies", 5, 1, 64)],
            "Mul p,frequencies -> a", "Sin a -> s", "MatMul x,w -> h", "Mul h,s -> y");
        model.Graph.Input.Add(Build.Value("position", ElementType.Int64, 1, 1));
        model.Graph.Node.Insert(0, Build.Node("Cast", "p", "p", new AttributeProto { Name = "to", Type = 2, I = 1 }));
        model.Graph.Node[0].Input.Add("position");
        using var run = new RewrittenRun(model, Stage);
        run.Outcome.Report.Runnable!.Float32Operators!.Select(one => (one.Operator, one.Reason)).ShouldBe(
            [("Mul", "positions, lengths or masks"), ("Sin", "angles, which would lose their fraction")]);
        var position = new NamedTensor("position", TensorElementType.Int64, [1, 1], BitConverter.GetBytes(3001L));
        var found = run.Run(GraphOptimizationLevel.ORT_ENABLE_ALL, RewrittenRun.Input("x", _x, 1, Inputs), position);
        var hidden = RewrittenRun.Product(Rounded(_x), Rounded(RewrittenRun.Noise(Inputs * 64, 2)), 1, Inputs, 64);
        var frequencies = RewrittenRun.Noise(64, 5);
        for (var i = 0; i < 64; i++)
            ((double)found[i]).ShouldBe(hidden[i] * Math.Sin(3001f * frequencies[i]), 5e-3);
    }

    /// <summary>A branch sees float32, and so does what comes of an operator whose types are not known.</summary>
    [Fact]
    public void BranchesAndOtherDomainsStayInFloat32()
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns), RewrittenRun.Weight("v", 3, Columns, Columns)],
            "MatMul x,w -> h", "Gelu h -> g", "MatMul g,v -> u", "Neg h -> n");
        model.Graph.Node[1].Domain = "com.microsoft";
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        model.Graph.Input.Add(Build.Value("c", ElementType.Bool));
        model.Graph.Node.Add(Build.Node("If", "if", "y",
            new AttributeProto { Name = "then_branch", Type = 5, G = Branch("u") },
            new AttributeProto { Name = "else_branch", Type = 5, G = Branch("n") }));
        model.Graph.Node[^1].Input.Add("c");
        using var run = new RewrittenRun(model, Stage);
        run.Outcome.Report.Runnable!.Float32Operators!.Select(one => (one.Operator, one.Reason)).ShouldBe(
        [
            ("If", "branches, or a body"), ("MatMul", "the type of 'g' is not known"), ("com.microsoft.Gelu", "no float16 form is known"),
        ]);
        foreach (var level in DynamicMatMulTests.Levels)
        {
            foreach (var condition in new[] { true, false })
            {
                NamedTensor[] inputs = [RewrittenRun.Input("x", _x, 1, Inputs), new("c", TensorElementType.Bool, [], [(byte)(condition ? 1 : 0)])];
                var (found, original) = (run.Run(level, inputs), run.Original(inputs));
                for (var i = 0; i < Columns; i++)
                    found[i].ShouldBe(original[i], 0.01);
            }
        }

        static GraphProto Branch(string name)
        {
            var graph = new GraphProto { Name = name, Output = { Build.ValueOfAnyShape($"{name}_out", ElementType.Float) } };
            graph.Node.Add(Build.Node("Identity", $"{name}_id", $"{name}_out"));
            graph.Node[0].Input.Add(name);
            return graph;
        }
    }

    /// <summary>A Shape or a comparison asks for no type: it takes float32 where that is there, and float16 where that is.</summary>
    [Fact]
    public void WhatGivesNoFloatsTakesWhatThereIs()
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float), ("m", ElementType.Bool), ("s", ElementType.Int64)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns), RewrittenRun.Weight("b", 3, 1)],
            "MatMul x,w -> h", "Greater h,b -> m", "Exp h -> e", "Neg e -> n", "Shape n -> s", "Exp n -> y");
        using var run = new RewrittenRun(model, Stage);
        run.Operators.ShouldBe(["Cast", "Cast", "MatMul", "Cast", "Greater", "Exp", "Neg", "Shape", "Exp"]);
        run.Model.Graph.Node.Single(node => node.OpType == "Shape").Input.ShouldBe(["n"]);
        run.Model.Graph.Node.Single(node => node.OpType == "Greater").Input[0].ShouldBe("h_float16");
        run.Outcome.Report.Runnable!.Float32Operators.ShouldBe(
            [new("Exp", 2, "results that may pass 65,504"), new("Neg", 1, "between others that do")]);
    }

    /// <summary>What comes of a branch is of the type that the branch declares.</summary>
    [Fact]
    public void WhatComesOfABranchIsOfFloat16Again()
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns), RewrittenRun.Weight("v", 3, Columns, Columns)], "MatMul x,w -> h");
        model.Graph.Input.Add(Build.Value("c", ElementType.Bool));
        var branch = new GraphProto { Name = "b", Output = { Build.ValueOfAnyShape("o", ElementType.Float) } };
        branch.Node.Add(Build.Node("Neg", "neg", "o"));
        branch.Node[0].Input.Add("h");
        model.Graph.Node.Add(Build.Node("If", "if", "u",
            new AttributeProto { Name = "then_branch", Type = 5, G = branch }, new AttributeProto { Name = "else_branch", Type = 5, G = branch }));
        model.Graph.Node[^1].Input.Add("c");
        model.Graph.Node.Add(Build.Node("MatMul", "last", "y"));
        model.Graph.Node[^1].Input.AddRange(["u", "v"]);
        using var run = new RewrittenRun(model, Stage);
        run.Operators.ShouldBe(["Cast", "MatMul", "Cast", "If", "Cast", "MatMul", "Cast"]);
        run.Run(GraphOptimizationLevel.ORT_ENABLE_ALL, RewrittenRun.Input("x", _x, 1, Inputs), new("c", TensorElementType.Bool, [], [1]))
            .Length.ShouldBe(Columns);
    }

    /// <summary>The scales of Resize are of float32 by its type; those of an Upsample too.</summary>
    [Fact]
    public void ParametersThatMustBeOfFloat32AreSo()
    {
        var model = Graphs.Model([("x", [1, 4, 4, 4])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, 4, 4, 3, 3), Build.Raw("scales", 1, 1, 2.5f, 2.5f)], "Conv x,w -> h", "Resize h,,scales -> y");
        using var run = new RewrittenRun(model, Stage);
        run.Operators.ShouldBe(["Cast", "Conv", "Resize", "Cast"]);
        run.Model.Graph.Node[2].Input.ShouldBe(["h_float16", "", "scales"]);
        var x = RewrittenRun.Input("x", RewrittenRun.Noise(64, 3), 1, 4, 4, 4);
        foreach (var level in DynamicMatMulTests.Levels)
            run.Run(level, x).Length.ShouldBe(run.Original(x).Length);
    }

    /// <summary>0.1 is not one of float16, and without variance no R² says so: it is rounded by a Cast. 0.5 is.</summary>
    [Fact]
    public void AConstantWithoutVarianceIsStoredExactly()
    {
        var model = Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, Inputs, Columns), Build.Raw("tenth", 0.1f), Build.Raw("half", 0.5f)],
            "MatMul x,w -> h", "Mul h,tenth -> t", "Mul t,half -> y");
        using var run = new RewrittenRun(model, Stage, "gate: { weightR2: 0.999 }");
        run.Outcome.Report.Gate!.Passed.ShouldBeTrue();
        run.Model.Graph.Initializer.Select(tensor => tensor.Name).ShouldBe(["w_float16", "tenth", "half_float16"]);
    }

    [Fact]
    public void EqualWeightsAreStoredOnce()
    {
        var (w, same) = (RewrittenRun.Weight("w", 2, Columns, Columns), RewrittenRun.Weight("same", 2, Columns, Columns));
        var model = Graphs.Model([("x", [1, Columns])], [("y", ElementType.Float)], [w, same], "MatMul x,w -> h", "MatMul h,same -> y");
        using var run = new RewrittenRun(model, Stage);
        run.Model.Graph.Initializer.ShouldHaveSingleItem().Name.ShouldBe("w_float16");
        run.Run(GraphOptimizationLevel.ORT_ENABLE_ALL, RewrittenRun.Input("x", _x[..Columns], 1, Columns)).Length.ShouldBe(Columns);
    }

    [Fact]
    public void AnArtifactDecodesToTheRunnableModel()
    {
        using var onnx = new RewrittenRun(TwoLayers(), Stage);
        using var both = new RewrittenRun(TwoLayers(), Stage, format: "both");
        File.ReadAllBytes(both.Path).ShouldBe(File.ReadAllBytes(onnx.Path));
        using var opened = CompressedModel.Open(both.Outcome.ArtifactPath);
        using var session = opened.CreateSession();
        session.InputMetadata["x"].ElementType.ShouldBe(typeof(float));
        Inspector.Artifact(both.Outcome.ArtifactPath).Weights.Select(weight => (weight.Path, weight.Dtype, weight.Stored)).ShouldBe(
            [("w_float16", "float16", "runnable"), ("v_float16", "float16", "runnable")]);
        foreach (var path in new[] { both.Outcome.ArtifactPath, both.Path })
        {
            var verification = ArtifactVerifier.Verify(path, both.OriginalPath, threads: 1, CancellationToken.None);
            var w = RewrittenRun.Noise(Inputs * Columns, 2);
            verification.Weights.Single(weight => weight.Path == "w").R2.ShouldBe(
                PlainR2.Of([.. w.Select(value => (double)value)], Rounded(w)), 1e-12);
        }
    }

    [Fact]
    public void APlanTellsTheSize()
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.onnx", TwoLayers());
        var spec = CompressionSpec.Parse($$"""
            models: [ { path: m.onnx, format: onnx } ]
            rules: [ { weights: '**', stack: [ {{Stage}} ] } ]
            """, folder["compress.yml"]);
        var plan = Planner.Run(spec, new CompressionOptions(), CancellationToken.None).ShouldHaveSingleItem();
        plan.Weights.Select(weight => (weight.Path, weight.Stack, weight.Target, weight.EstimatedBytes)).ShouldBe(
            [("w", "float16", "float16", 2 * Inputs * Columns), ("v", "float16", "float16", 2 * Columns * Columns)]);
        using var run = new RewrittenRun(TwoLayers(), Stage);
        plan.EstimatedBytes.ShouldBe(new FileInfo(run.Path).Length);
    }

    [Fact]
    public void TheReportSaysWhatStays()
    {
        using var run = new RewrittenRun(TwoLayers(), "float16: { graph: true, except: Tanh }", "report: [ json ]");
        run.Outcome.Report.Notes.ShouldContain("1 Tanh stays in float32: named by except.");
        File.ReadAllText(run.Outcome.ReportPaths.Single()).ShouldContain("\"float32Operators\"");
        new RunnableSummary([], [], 0).Float32Operators.ShouldBeNull();
    }

    private static double[] Rounded(IEnumerable<double> values) => [.. values.Select(value => (double)(Half)(float)value)];

    private static double[] Rounded(float[] values) => [.. values.Select(value => (double)(Half)value)];

    private static ModelProto TwoLayers() => Graphs.Model([("x", [1, Inputs])], [("y", ElementType.Float)],
        [RewrittenRun.Weight("w", 2, Inputs, Columns), RewrittenRun.Weight("v", 3, Columns, Columns)],
        "MatMul x,w -> h", "Tanh h -> t", "MatMul t,v -> y");
}
