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

/// <summary>
/// a = x · u; where the sum of x is above zero, y = relu(a · w) · v, times n where the largest x is above 0.93; elsewhere y = (2 a · w) · z, and a · q
/// in a branch within that none takes. Sums over the runs that take a branch, by plain loops.
/// </summary>
public sealed class BranchCalibrationTests : IDisposable
{
    private const string V = "y/then_branch/v";
    private const string Z = "y/else_branch/r/else_branch/z";
    private const string N = "y/then_branch/p/then_branch/n";
    private const string Q = "y/else_branch/r/then_branch/q";

    private static readonly SourceLocation _at = new("compress.yml", 1, 1);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, float[]> _weights = [];
    private readonly float[][] _samples;
    private readonly string _path;

    public BranchCalibrationTests()
    {
        var random = new Random(5);
        TensorProto Weight(string name, int rows, int columns)
        {
            var matrix = Graphs.Matrix(name, rows, columns, _ => random.NextSingle() - 0.5f);
            _weights[name] = [.. Enumerable.Range(0, rows * columns).Select(i => BitConverter.ToSingle(matrix.RawData.Span[(4 * i)..]))];
            return matrix;
        }

        var model = Graphs.Model([("x", [-1, 3])], [("y", ElementType.Float)], [Weight("u", 3, 3), Weight("w", 3, 4), Build.Raw("zero", 0),
            Build.Raw("most", 0.93f), Build.Raw("never", 1e9f)], "MatMul x,u -> a");
        var negative = Branch("m", [Weight("n", 1, 1)], Node("MatMul o,n -> m"));
        var positive = Branch("m", [], Node("Identity o -> m"));
        var then = Branch("p", [Weight("v", 4, 1)], Node("MatMul a,w -> t"), Node("Relu t -> h"), Node("MatMul h,v -> o"),
            Node("ReduceMax x -> l"), Node("Greater l,most -> c"), If("c", "p", negative, positive));
        var none = Branch("k", [Weight("q", 3, 1)], Node("MatMul a,q -> k"));
        var usual = Branch("k", [], Constant(Weight("z", 4, 1)), Node("Add a,a -> t"), Node("MatMul t,w -> h"), Node("MatMul h,z -> k"));
        var otherwise = Branch("r", [], Node("ReduceMax x -> l"), Node("Greater l,never -> c"), If("c", "r", none, usual));
        model.Graph.Node.AddRange([Node("ReduceSum x -> s"), Node("Greater s,zero -> g"), If("g", "y", then, otherwise)]);
        _path = _folder.Write("m.onnx", model.ToByteArray());
        _samples = [.. Enumerable.Range(0, 16).Select(i => Enumerable.Range(0, 15).Select(_ => (random.NextSingle() * 2) - 1).ToArray())];
        IsThen.Count(then => then).ShouldBeInRange(4, 12);
        IsNegative.Count(negative => negative).ShouldBeInRange(2, IsThen.Count(then => then) - 1);
    }

    private bool[] IsThen => [.. _samples.Select(sample => sample.Sum() > 0)];

    private bool[] IsNegative => [.. _samples.Select(sample => sample.Sum() > 0 && sample.Max() > 0.93f)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void EachWeightMeetsWhatTheRunsShowThatTakeItsBranch(int threads)
    {
        var paths = Find();
        paths.Models.Count.ShouldBe(3);
        paths.Untaken.ShouldBe([Q]);
        var (moments, collected) = Inputs(paths, threads);
        moments.Keys.ShouldBe(["u", "w", V, Z, N], ignoreOrder: true);
        ShouldBe(moments["u"], _samples.SelectMany(Rows));
        ShouldBe(moments["w"], Taken(IsThen).SelectMany(Rows).Select(A)
            .Concat(Taken([.. IsThen.Select(then => !then)]).SelectMany(Rows).Select(x => A(x).Select(value => 2 * value).ToArray())));
        ShouldBe(moments[V], Taken(IsThen).SelectMany(Rows).Select(x => Hidden(A(x))));
        ShouldBe(moments[N], Taken(IsNegative).SelectMany(Rows).Select(x => Times(Hidden(A(x)), "v", 1)));
        ShouldBe(moments[Z], Taken([.. IsThen.Select(then => !then)]).SelectMany(Rows)
            .Select(x => Times([.. A(x).Select(value => 2 * value)], "w", 4)));
        collected.Sha256.ShouldBe(Inputs(Find(), 2).Collected.Sha256);
    }

    private static void ShouldBe(SecondMoments found, IEnumerable<double[]> inputs)
    {
        var length = found.Inputs;
        var expected = new double[length, length];
        foreach (var x in inputs)
        {
            for (var i = 0; i < length * length; i++)
                expected[i / length, i % length] += x[i / length] * x[i % length];
        }

        var matrix = found.TakeMatrices().ShouldHaveSingleItem();
        for (var i = 0; i < length; i++)
        {
            for (var j = 0; j <= i; j++)
                matrix[(i * length) + j].ShouldBe(expected[i, j], 1e-5 * (1 + Math.Abs(expected[i, j])));
        }
    }

    /// <summary>
    /// What an error of a does to y goes through the branch that is taken: central differences of the plain function. There is one output, so the sign
    /// of the cotangent does not matter.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void GradientsGoThroughTheBranchThatIsTaken(int threads)
    {
        var paths = Find();
        using var file = new CouplingFile();
        var found = new GradientCollector(new BackwardModel(paths, ["y"], default), new MomentLimits(1 << 20, 4096, 16, threads), file, default)
            .Collect(paths.Uses(Shapes), [.. _samples.Select(Sequence)], _ => { });
        found.Keys.ShouldBe(["u", "w", V, N, Z], ignoreOrder: true);
        var outputs = Rows(_samples[0]).Select(x => Y(A(x), 0)).ToList();
        var total = outputs.Sum(y => Math.Pow(y - outputs.Average(), 2));
        const double difference = 1e-6;
        var gradients = _samples.Index().SelectMany(sample => Rows(sample.Item).Select(A).Select(a => Enumerable.Range(0, 3)
            .Select(i => (Y(Moved(a, i, difference), sample.Index) - Y(Moved(a, i, -difference), sample.Index)) / (2 * difference) / Math.Sqrt(total))
            .ToArray()));

        // One cotangent on each of sixteen samples.
        ShouldBe(found["u"].Unpack(), gradients);

        static double[] Moved(double[] a, int at, double by) => [.. a.Select((value, i) => i == at ? value + by : value)];
    }

    private (IReadOnlyDictionary<string, SecondMoments> Moments, CollectedMoments Collected) Inputs(ModelPaths paths, int threads)
    {
        using var file = new CouplingFile();
        var collected = new MomentCollector(paths, new MomentLimits(1 << 20, 4096, 16, threads), file, default, keep: true)
            .Collect(paths.Uses(Shapes), new GivenSamples([.. _samples.Select(Sequence)]), () => false, _ => { });
        return (collected.Kept.SelectMany(kept => kept.Weights.Select(weight => (weight.Path, Moments: kept.Inputs[0].Unpack())))
            .ToDictionary(pair => pair.Path, pair => pair.Moments), collected);
    }

    private static IEnumerable<(string Path, IReadOnlyList<long> Shape)> Shapes =>
        [("u", [3, 3]), ("w", [3, 4]), (V, [4, 1]), (N, [1, 1]), (Q, [3, 1]), (Z, [4, 1])];

    private ModelPaths Find()
    {
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), null, null, null, Logits: false, _at);
        return new PathFinder(_path, path => path, path => ModelRunner.Open(path, "m.onnx", gate), default)
            .Find(new GivenSamples([.. _samples.Select(Sequence)]), () => false, _ => { }).ShouldNotBeNull();
    }

    private IEnumerable<float[]> Taken(bool[] which) => _samples.Zip(which).Where(pair => pair.Second).Select(pair => pair.First);

    private static IEnumerable<double[]> Rows(float[] sample) => sample.Chunk(3).Select(row => row.Select(value => (double)value).ToArray());

    private double[] A(double[] x) => Times(x, "u", 3);

    private double[] Hidden(double[] a) => [.. Times(a, "w", 4).Select(value => Math.Max(0, value))];

    private double Y(double[] a, int sample) =>
        !IsThen[sample] ? Times(Times([.. a.Select(value => 2 * value)], "w", 4), "z", 1)[0]
        : IsNegative[sample] ? Times(Times(Hidden(a), "v", 1), "n", 1)[0] : Times(Hidden(a), "v", 1)[0];

    private double[] Times(double[] x, string weight, int columns) => [.. Enumerable.Range(0, columns)
        .Select(column => x.Select((value, row) => value * _weights[weight][(row * columns) + column]).Sum())];

    private static SampleSequence Sequence(float[] sample) =>
        SampleSequence.Of([new TensorValue("x", ElementType.Float, [sample.Length / 3, 3], Build.Bytes(sample))]);
}
