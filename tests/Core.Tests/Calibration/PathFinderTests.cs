using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;
using Google.Protobuf;
using static CompressTasks.Core.Tests.Calibration.BranchingModel;

namespace CompressTasks.Core.Tests.Calibration;

/// <summary>What is written without branches and functions computes what the model does, and shows what layers in functions and loops meet.</summary>
public sealed class PathFinderTests : IDisposable
{
    private const int Rows = 2;
    private const int Width = 3;
    private const int Iterations = 4;

    private static readonly SourceLocation _at = new("compress.yml", 1, 1);

    private static readonly float[][] _samples =
        [.. Enumerable.Range(1, 6).Select(seed => Numbers(seed).Select(value => value + ((seed % 3) - 1)).ToArray())];

    private readonly TemporaryFolder _folder = new();
    private readonly float[] _w = Values("w");
    private readonly float[] _v = Values("v");

    public void Dispose() => _folder.Dispose();

    /// <summary>h = tanh(h · w), four times, in a branch: names of the branch are used in the body, and the body has weights of its own.</summary>
    [Theory]
    [InlineData("Loop")]
    [InlineData("Scan")]
    public void LayersInBodiesMeetTheInputsOfAllIterations(string type)
    {
        var paths = Find(Looping(type));
        ComputesTheSame(paths);
        var expected = new double[Width, Width];
        foreach (var sample in _samples.Where(sample => sample.Sum() > 0))
        {
            for (var row = 0; row < Rows; row++)
            {
                double[] h = [.. sample.Skip(row * Width).Take(Width).Select(value => 2.0 * value)];
                for (var i = 0; i < Iterations; i++)
                {
                    Add(expected, h);
                    h = [.. Times(h, _w).Select(Math.Tanh)];
                }
            }
        }

        ShouldBe(Moments(paths, "y/then_branch/loop/body/w"), expected);
    }

    /// <summary>A layer that is a function, called with the model's input and with what another call gives, in branches and outside.</summary>
    [Fact]
    public void LayersInFunctionsMeetTheInputsOfAllCalls()
    {
        var paths = Find(Calling());
        ComputesTheSame(paths);
        var expected = new double[Width, Width];
        foreach (var sample in _samples)
        {
            for (var row = 0; row < Rows; row++)
            {
                double[] x = [.. sample.Skip(row * Width).Take(Width).Select(value => (double)value)];
                Add(expected, x);
                if (sample.Sum() > 0)
                    Add(expected, [.. Times(x, _v).Select(value => 3 * Math.Abs(value))]);
            }
        }

        ShouldBe(Moments(paths, "local.Layer/v"), expected);
    }

    /// <summary>h = x + the state; the next state is tanh(h · v) where the sum of h is above zero, and −h · v elsewhere.</summary>
    [Fact]
    public void StatesGoOnFromPathToPath()
    {
        var model = Graphs.Model([("x", [Rows, Width]), ("state", [Rows, Width])], [("y", ElementType.Float)],
            [Build.Raw("zero", 0), Graphs.Matrix("v", Width, Width, i => _v[i])],
            "Add x,state -> h", "ReduceSum h -> total", "Greater total,zero -> c");
        model.Graph.Node.Add(If("c", "y", Branch("o", [], Node("MatMul h,v -> t"), Node("Tanh t -> o")),
            Branch("o", [], Node("MatMul h,v -> t"), Node("Neg t -> o"))));
        var (path, steps, taken) = (_folder.Write("m.onnx", model.ToByteArray()), _samples, new List<int?>());
        var state = new TensorValue("state", ElementType.Float, [Rows, Width], new byte[sizeof(float) * Rows * Width]);
        var input = new ModelInput("state", ElementType.Float, [Rows, Width], ["", ""]);
        var sequence = new SampleSequence([.. steps.Select(step => Sequence(step).Steps[0])], [state], [new(input, "y")]);
        var samples = new GivenSamples([sequence]);
        var paths = new PathFinder(path, weight => weight, file => ModelRunner.Open(file, "m.onnx", Gate), default)
            .Find(samples, () => false, _ => { }).ShouldNotBeNull();
        var expected = new double[Width, Width];
        double[] before = new double[Rows * Width];
        foreach (var step in steps)
        {
            double[] h = [.. step.Zip(before, (x, s) => x + s)];
            taken.Add(h.Sum() > 0 ? 1 : 0);
            before = [.. h.Chunk(Width).SelectMany(row => Times(row, _v).Select(value => h.Sum() > 0 ? Math.Tanh(value) : -value))];
            foreach (var row in h.Chunk(Width))
                Add(expected, row);
        }

        taken.Distinct().Count().ShouldBe(2);
        var first = taken.Count(path => path == taken[0]) * 2 >= taken.Count ? taken[0] : 1 - taken[0];
        taken.Select((_, run) => paths.OfRun(run)).ShouldBe(taken.Select(path => (int?)(path == first ? 0 : 1)));
        using var file = new CouplingFile();
        var kept = new MomentCollector(paths, new MomentLimits(1 << 20, 4096, 16, 2), file, default, keep: true)
            .Collect(paths.Uses([("v", [Width, Width])]), samples, () => false, _ => { }).Kept;
        ShouldBe(kept.ShouldHaveSingleItem().Inputs[0].Unpack(), expected);
    }

    /// <summary>Four decisions on signs make sixteen paths: the eight that most samples take, of equals the first.</summary>
    [Fact]
    public void RunsOnRarePathsAreLeftOut()
    {
        const int decisions = 4;
        var model = Graphs.Model([("x", [Rows, Width])], [("y", ElementType.Float)],
            [Build.Raw("zero", 0), Graphs.Matrix("u", Width, Width, i => Values("u")[i])], "MatMul x,u -> h0");
        for (var k = 0; k < decisions; k++)
        {
            var at = k;
            model.Graph.Initializer.Add(Graphs.Matrix($"only{k}", Rows, Width, i => i == at ? 1 : 0));
            var output = k == decisions - 1 ? "y" : $"h{k + 1}";
            model.Graph.Node.AddRange([Node($"Mul x,only{k} -> m{k}"), Node($"ReduceSum m{k} -> s{k}"), Node($"Greater s{k},zero -> c{k}"),
                If($"c{k}", output, Branch("o", [], Node($"Neg h{k} -> o")), Branch("o", [], Node($"Tanh h{k} -> o")))]);
        }

        float[][] samples = [.. Enumerable.Range(100, 40).Select(Numbers)];
        var paths = TryFind(model, samples).ShouldNotBeNull();
        var keys = samples.Select(sample => string.Concat(sample.Take(decisions).Select(value => value > 0 ? 1 : 0))).ToList();
        var frequent = keys.GroupBy(key => key).OrderByDescending(group => group.Count()).Select(group => group.Key).Take(8).ToList();
        keys.Distinct().Count().ShouldBeGreaterThan(8);
        paths.Models.Count.ShouldBe(8);
        keys.Select((_, run) => paths.OfRun(run)).ShouldBe(keys.Select(key => frequent.IndexOf(key) is var place and >= 0 ? place : default(int?)));
        var expected = new double[Width, Width];
        foreach (var (sample, _) in samples.Zip(keys).Where(pair => frequent.Contains(pair.Second)))
        {
            Add(expected, [.. sample.Take(Width).Select(value => (double)value)]);
            Add(expected, [.. sample.Skip(Width).Select(value => (double)value)]);
        }

        ShouldBe(Moments(paths, "u", samples), expected);
    }

    [Fact]
    public void FunctionsInOtherOpsetsStayWhatTheyAre()
    {
        var model = Calling();
        model.Functions[0].OpsetImport[0].Version = 12;
        TryFind(model).ShouldBeNull();
    }

    private static ModelProto Looping(string type)
    {
        var body = Branch("more", [Graphs.Matrix("w", Width, Width, i => Values("w")[i])], Node("MatMul h,w -> t"), Node("Tanh t -> next"),
            Node("Add next,twice -> sum"));
        var loop = type == "Loop" ? Node("Loop count -> last") : Node("Scan twice,each -> last");
        loop.Name = "loop";
        body.Output.Clear();
        if (type == "Loop")
        {
            body.Input.AddRange([Build.Value("i", ElementType.Int64), Build.Value("go", ElementType.Bool), Value("h", ElementType.Float)]);
            loop.Input.AddRange(["", "twice"]);
            body.Node.Add(Node("Identity go -> more"));
            body.Output.Add(Value("more", ElementType.Bool));
        }
        else
        {
            body.Input.AddRange([Value("h", ElementType.Float), Value("e", ElementType.Float)]);
            loop.Attribute.Add(new AttributeProto { Name = "num_scan_inputs", Type = 2, I = 1 });
            loop.Attribute.Add(new AttributeProto { Name = "scan_output_axes", Type = 7, Ints = { 0 } });
        }

        body.Output.AddRange([Value("next", ElementType.Float), Value("sum", ElementType.Float)]);
        loop.Output.Add("sums");
        loop.Attribute.Add(new AttributeProto { Name = "body", Type = 5, G = body });
        var count = new TensorProto { Name = "count", DataType = (int)ElementType.Int64, Int64Data = { Iterations } };
        var then = Branch("o", [Graphs.Matrix("each", Iterations, 1, i => i), count],
            Node("Add x,x -> twice"), loop, Node("ReduceSum sums -> s"), Node("Add last,s -> o"));
        return Deciding([], then, Branch("o", [], Node("Neg x -> o")));
    }

    private static ModelProto Calling()
    {
        var scale = new FunctionProto
        {
            Name = "Scale",
            Domain = "local",
            Input = { "x" },
            Output = { "y" },
            Attribute = { "factor" },
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Node = { Node("Constant - -> f", new AttributeProto { Name = "value_float", Type = 1, RefAttrName = "factor" }), Node("Mul x,f -> y") },
        };
        var layer = new FunctionProto
        {
            Name = "Layer",
            Domain = "local",
            Input = { "x" },
            Output = { "y" },
            OpsetImport = { new OperatorSetIdProto { Version = 17 }, new OperatorSetIdProto { Domain = "local", Version = 1 } },
            Node =
            {
                Constant(Graphs.Matrix("v", Width, Width, i => Values("v")[i])), Node("MatMul x,v -> h"), Node("Abs h -> a"),
                Node("Scale a -> y", new AttributeProto { Name = "factor", Type = 1, F = 3 }),
            },
        };
        layer.Node[^1].Domain = "local";
        NodeProto Call(string input, string output)
        {
            var call = Node($"Layer {input} -> {output}");
            call.Domain = "local";
            return call;
        }

        var model = Deciding([Call("x", "first")], Branch("o", [], Call("first", "h"), Node("Identity h -> o")),
            Branch("o", [], Node("Neg first -> o")));
        model.Functions.AddRange([scale, layer]);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        return model;
    }

    /// <summary>A model that takes one branch where the sum of x is above zero.</summary>
    private static ModelProto Deciding(NodeProto[] before, GraphProto then, GraphProto otherwise)
    {
        var model = Graphs.Model([("x", [Rows, Width])], [("y", ElementType.Float)], [Build.Raw("zero", 0)]);
        model.Graph.Node.AddRange([.. before, Node("ReduceSum x -> total"), Node("Greater total,zero -> c"), If("c", "y", then, otherwise)]);
        return model;
    }

    private static ValueInfoProto Value(string name, ElementType type) => Build.ValueOfAnyShape(name, type);

    private void ComputesTheSame(ModelPaths paths)
    {
        paths.Models.Count.ShouldBe(2);
        using var original = ModelRunner.Open(_folder["m.onnx"], "m.onnx", Gate);
        using var sessions = paths.Show([]);
        foreach (var (index, sequence) in _samples.Select(Sequence).Index())
        {
            var expected = original.Run(sequence.Steps[0].Inputs, ["y"])[0].Values();
            var (path, _, outputs) = sessions.Run(sequence, index, _ => ["y"], default).ShouldHaveSingleItem();
            path.ShouldNotBeNull();
            outputs[0].Values().Zip(expected, (found, value) => Math.Abs(found - value)).Max().ShouldBeLessThan(1e-5);
        }
    }

    private static SecondMoments Moments(ModelPaths paths, string weight, float[][]? samples = null)
    {
        using var file = new CouplingFile();
        return new MomentCollector(paths, new MomentLimits(1 << 20, 4096, 16, 2), file, default, keep: true)
            .Collect(paths.Uses([(weight, [Width, Width])]), new GivenSamples([.. (samples ?? _samples).Select(Sequence)]), () => false, _ => { })
            .Kept.ShouldHaveSingleItem().Inputs[0].Unpack();
    }

    private static void ShouldBe(SecondMoments found, double[,] expected)
    {
        var matrix = found.TakeMatrices().ShouldHaveSingleItem();
        for (var i = 0; i < Width; i++)
        {
            for (var j = 0; j <= i; j++)
                matrix[(i * Width) + j].ShouldBe(expected[i, j], 1e-4 * (1 + Math.Abs(expected[i, j])));
        }
    }

    private static void Add(double[,] moments, double[] x)
    {
        for (var i = 0; i < Width * Width; i++)
            moments[i / Width, i % Width] += x[i / Width] * x[i % Width];
    }

    private static double[] Times(double[] x, float[] weight) =>
        [.. Enumerable.Range(0, Width).Select(column => x.Select((value, row) => value * weight[(row * Width) + column]).Sum())];

    private static float[] Values(string name)
    {
        var random = new Random(name[0]);
        return [.. Enumerable.Range(0, Width * Width).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    private static float[] Numbers(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rows * Width).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static OutputGateSpec Gate => new(new FileSamplesSpec("s.npz", _at), null, null, null, Logits: false, _at);

    private ModelPaths Find(ModelProto model) => TryFind(model).ShouldNotBeNull();

    private ModelPaths? TryFind(ModelProto model, float[][]? samples = null)
    {
        var path = _folder.Write("m.onnx", model.ToByteArray());
        return new PathFinder(path, weight => weight, file => ModelRunner.Open(file, "m.onnx", Gate), default)
            .Find(new GivenSamples([.. (samples ?? _samples).Select(Sequence)]), () => false, _ => { });
    }

    private static SampleSequence Sequence(float[] sample) =>
        SampleSequence.Of([new TensorValue("x", ElementType.Float, [Rows, Width], Build.Bytes(sample))]);
}
