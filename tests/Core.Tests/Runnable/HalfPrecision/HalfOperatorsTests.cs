using System.Globalization;
using CompressTasks.Calibration;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Corpus;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Runnable;
using CompressTasks.Runnable.HalfPrecision;
using CompressTasks.Spec;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Core.Tests.Runnable.HalfPrecision;

/// <summary>Other people's models of single operators, and ONNX's own type constraints.</summary>
public sealed class HalfOperatorsTests
{
    /// <summary>
    /// Of each operator of each opset that Python's ONNX has: which inputs and outputs are of float32 and not of float16. Those that the table takes
    /// for float16 must have none but the ones that it knows.
    /// </summary>
    [OnnxCheckerFact]
    public void TheTableIsThatOfTheSchemas()
    {
        const string program = """
            import onnx.defs
            F, H = 'tensor(float)', 'tensor(float16)'
            for s in onnx.defs.get_all_schemas_with_history():
                if s.domain != '' or s.since_version < 0: continue
                types = {c.type_param_str: c.allowed_type_strs for c in s.type_constraints}
                of = lambda p: types.get(p.typeStr, [p.typeStr])
                only = lambda ps: ','.join(str(i) for i, p in enumerate(ps) if F in of(p) and H not in of(p))
                print(s.name, s.since_version, only(s.inputs) or '-', only(s.outputs) or '-', sep=' ')
            """;
        var (schemas, errors) = OnnxCheckerTheoryAttribute.Output(program);
        var lines = schemas.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBeGreaterThan(300, errors);
        foreach (var line in lines)
        {
            var parts = line.Split(' ');
            var node = new NodeProto { OpType = parts[0] };
            if (!HalfOperators.IsKnown(node) || HalfOperators.Hindrance(node, int.Parse(parts[1], CultureInfo.InvariantCulture)) is not null)
                continue;
            foreach (var input in Numbers(parts[2]))
                HalfOperators.IsFloat32Input(node, input).ShouldBeTrue(line);
            foreach (var output in Numbers(parts[3]))
                HalfOperators.IsFloat32Output(node, output).ShouldBeTrue(line);
        }

        static IEnumerable<int> Numbers(string text) =>
            text == "-" ? [] : text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture));
    }

    /// <summary>ONNX's test models, as far as ONNX Runtime runs them: what they are made into loads and runs at all levels of optimization.</summary>
    [OnnxTestDataFact]
    public void OperatorsRunInFloat16()
    {
        using var folder = new TemporaryFolder();
        var (ran, operators, failed) = (0, new HashSet<string>(), new List<string>());
        foreach (var path in OnnxTestData.Models.Where(path => path.Contains("/node/", StringComparison.Ordinal)))
        {
            using var model = OnnxModel.Open(path);
            var graph = new GraphIndex(model.ReadStructure());
            var rewriting = HalfGraph.Decide(model, graph, new Float16Spec(new("compress.yml")) { IsGraph = true }, _ => true);
            if (graph.Opset < 6 || !Runs(path, GraphOptimizationLevel.ORT_DISABLE_ALL))
                continue;
            var half = folder[$"{ran++}.onnx"];
            new GraphRewriter(model, graph, rewriting, new(model, CollectedMoments.None.Weights, Equalization.None)).Write(half, _ => default);
            var nodes = ModelProto.Parser.ParseFrom(File.ReadAllBytes(half)).Graph.Node;
            if (nodes.Count == graph.Graph.Node.Count)
                continue;
            operators.UnionWith(graph.Graph.Node.Where(node => HalfOperators.Hindrance(node, graph.Opset) is null).Select(node => node.OpType));
            foreach (GraphOptimizationLevel level in DynamicMatMulTests.Levels)
            {
                if (!Runs(half, level))
                    failed.Add($"{path} {level}");
            }
        }

        failed.ShouldBeEmpty();
        operators.Count.ShouldBeGreaterThan(60);
    }

    private static bool Runs(string path, GraphOptimizationLevel level)
    {
        try
        {
            OnnxRuntimeOutputs.Run(path, seed: 1, level);
            return true;
        }
        catch (Exception error) when (error is OnnxRuntimeException or NotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }
}
