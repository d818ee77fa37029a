using System.Globalization;
using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Numerics;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Reporting.Writers;
using CompressTasks.Reporting.Writers.Html;

namespace CompressTasks.Core.Tests.Outputs.Sequences;

/// <summary>Samples that give a decoder its cache as any other input.</summary>
public sealed class PastLengthTests : IDisposable
{
    private const int Width = 32;
    private const string Said = "The samples cover one past length only: \"past_key_values.0.key\" is 5 long in all of them.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OneLengthIsNotedInEveryReportWithTheRemedy()
    {
        Write("s-1.npz", past: 5);
        Write("s-2.npz", past: 5);
        var outcome = Compress("'s-*.npz'");
        var note = outcome.Report.Notes.ShouldHaveSingleItem();
        note.ShouldStartWith(Said);
        note.ShouldContain("feedback: { past_key_values.0.key: present.0.key }");
        MarkdownReport.Write(outcome.Report).ShouldContain("The samples cover one past length only");
        HtmlReport.Write(outcome.Report).ShouldContain("The samples cover one past length only");
        JsonReport.Write(outcome.Report).ShouldContain("The samples cover one past length only");
    }

    [Fact]
    public void SeveralLengthsAreNot()
    {
        Write("s-1.npz", past: 5);
        Write("s-2.npz", past: 6);
        Compress("'s-*.npz'").Report.Notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{ past_key_values.0.key: present.0.key }")]
    [InlineData("{}")]
    public void FeedbackSaysWhatTheCacheIs(string feedback)
    {
        // With feedback: [sequences, steps, batch, time, width]; the cache begins empty.
        if (feedback.Length > 2)
            _folder.Write("s.npz", Npz.File(("x", Array([2, 3, 1, 1, Width]))));
        else
            Write("s.npz", past: 5);
        Compress($"{{ path: s.npz, feedback: {feedback} }}").Report.Notes.ShouldBeEmpty();
    }

    private CompressionOutcome Compress(string samples)
    {
        _folder.Write("m.onnx", Model());
        return SpecRun.Compress(_folder,
            $"models: [ m.onnx ]\nrules: [ {{ weights: w, stack: [ quantize: {{ r2: 0.99 }} ] }} ]\ngate: {{ outputs: {{ samples: {samples}, r2: 0.5 }} }}");
    }

    private void Write(string name, int past) =>
        _folder.Write(name, Npz.File(("past_key_values.0.key", Array([3, past, Width])), ("x", Array([3, 2, Width]))));

    private static byte[] Array(int[] shape) => Npz.Array("<f4", string.Join(", ", shape.Select(length => length.ToString(CultureInfo.InvariantCulture))),
        [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(i => MathF.Sin(i))]);

    /// <summary>The cache takes x, and y is the cache through a weight.</summary>
    private static ModelProto Model()
    {
        var random = new Random(1);
        var graph = new GraphProto { Name = "g", Initializer = { Graphs.Matrix("w", Width, Width, _ => random.NextSingle() - 0.5f) } };
        graph.Input.AddRange([Value("x", "batch", "time"), Value("past_key_values.0.key", "batch", "past_time")]);
        graph.Output.AddRange([Value("y", "batch", "all_time"), Value("present.0.key", "batch", "all_time")]);
        var concat = Build.Node("Concat", "concat", "present.0.key");
        concat.Input.AddRange(["past_key_values.0.key", "x"]);
        concat.Attribute.Add(new AttributeProto { Name = "axis", Type = 2, I = 1 });
        var product = Build.Node("MatMul", "y", "y");
        product.Input.AddRange(["present.0.key", "w"]);
        graph.Node.AddRange([concat, product]);
        return Build.Model(graph);
    }

    private static ValueInfoProto Value(string name, params string[] axes)
    {
        var value = Build.ValueOfAnyShape(name, ElementType.Float);
        value.Type.TensorType.Shape = new();
        value.Type.TensorType.Shape.Dim.AddRange(axes.Select(axis => new TensorShapeProto.Types.Dimension { DimParam = axis }));
        value.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = Width });
        return value;
    }
}
