using System.Globalization;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Inlining;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using Google.Protobuf;

namespace CompressTasks.Calibration;

/// <summary>
/// Finds the paths that samples take through a model with branches, functions or loops, and writes a graph without the first two for each, in which
/// what its layers meet can be seen, those in bodies of loops as well.
/// </summary>
/// <param name="path">A file of the model, in which every weight is the original one. Files beside it are added, which use its payloads.</param>
/// <param name="ownerOf">For the path of a weight that of the one that stands for its values.</param>
/// <param name="open">Opens a session on a file.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class PathFinder(string path, Func<string, string> ownerOf, Func<string, ModelRunner> open, CancellationToken cancellationToken)
{
    /// <summary>Paths that are observed, those that most runs take; what is met on further ones is not added up.</summary>
    private const int MostPaths = 8;

    /// <summary>Whether a model has anything to look for: other ones are observed as they are.</summary>
    public static bool HasPaths(ModelProto structure) =>
        structure.Functions.Count > 0 || structure.Graph.Node.Any(node => Subgraphs.IsConditional(node) || BodyExposure.Body(node) is not null);

    /// <param name="samples">All of them are run once.</param>
    /// <param name="isTimeUp">Asked between runs: when it is, what was found until then has to do.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <returns>Null when the model cannot be written without its branches and functions.</returns>
    /// <exception cref="Diagnostics.CompressException">ONNX Runtime refuses what was written, or a file cannot be written (CT3090).</exception>
    public ModelPaths? Find(ISampleSource samples, Func<bool> isTimeUp, Action<double> progress)
    {
        var model = Read(out var names);
        if (names is null)
            return null;
        if (BranchObservation.Of(model) is not var (observed, output))
            return new(Observe(BranchInlining.Apply(model, _ => []), 0)) { Names = names };
        var runs = Runs(Write(observed, "branches"), output, samples, isTimeUp, progress);
        var groups = runs.GroupBy(run => run.Key, StringComparer.Ordinal).ToList();
        var all = groups.ConvertAll(group => new TakenBranches(model.Graph, group.First().Codes));
        var chosen = groups.Index().OrderByDescending(group => group.Item.Count()).Take(MostPaths).ToList();
        var models = chosen.Select((group, place) => Observe(BranchInlining.Apply(model, all[group.Index].Of), place)).ToList();
        var places = chosen.Select((group, place) => (group.Item.Key, Place: place)).ToDictionary(pair => pair.Key, pair => pair.Place);
        return new(models)
        {
            Names = names,
            Runs = [.. runs.Select(run => places.TryGetValue(run.Key, out var place) ? place : default(int?))],
            Examples = [.. chosen.Select(group => group.Item.First().Inputs)],

            // What further samples take is not known when there was no time for them.
            Untaken = isTimeUp() ? []
                : Untaken(model, BranchInlining.Apply(model, node => all.SelectMany(branches => branches.Of(node)).Distinct()), names),
            OpenWhole = () => open(path),
        };
    }

    /// <param name="file">A model that gives the branches that it takes.</param>
    /// <param name="output">The output that does.</param>
    /// <param name="samples">All of them are run once.</param>
    /// <param name="isTimeUp">Asked between runs.</param>
    /// <param name="progress">Told the share that is done.</param>
    private List<Run> Runs(string file, string output, ISampleSource samples, Func<bool> isTimeUp, Action<double> progress)
    {
        var (runs, sequences) = (new List<Run>(), 0);
        var firsts = new Dictionary<string, Run>(StringComparer.Ordinal);
        using var session = open(file);
        foreach (var sequence in samples.Read(() => 1))
        {
            foreach (var (inputs, outputs) in Rollout.Run(session, sequence, [output], cancellationToken))
            {
                var run = new Run([.. WholeNumbers.Read(outputs[0])], inputs);
                runs.Add(firsts.TryAdd(run.Key, run) ? run : firsts[run.Key]);
                if (isTimeUp())
                    return runs;
            }

            progress((double)++sequences / samples.Summary.Count);
        }

        return runs;
    }

    private ModelProto Read(out IReadOnlyDictionary<string, string>? names)
    {
        using var file = OnnxModel.Open(path);
        var model = file.ReadReferring();
        model.TrainingInfo.Clear();
        names = FunctionInlining.Apply(model) ? UniqueNames.Apply(model, number => ownerOf(file.Weights[number].Path)) : null;
        if (names is not null)
            BodyExposure.Apply(model, Layers(BranchInlining.Apply(model, _ => [true, false]).Graph));
        return model;
    }

    /// <summary>What the layers of a graph meet.</summary>
    private static HashSet<string> Layers(GraphProto graph) =>
        LinearUses.Find(graph, graph.Initializer.Select(tensor => (tensor.Name, (IReadOnlyList<long>)tensor.Dims)), entersBodies: true)
            .SelectMany(use => use.Value.Inputs).SelectMany(input => input.Tensors).ToHashSet(StringComparer.Ordinal);

    private static HashSet<string> Untaken(ModelProto model, ModelProto taken, IReadOnlyDictionary<string, string> names)
    {
        var used = Subgraphs.AllNodes(model.Graph.Node).SelectMany(node => node.Input).ToHashSet(StringComparer.Ordinal);
        used.ExceptWith(taken.Graph.Initializer.Select(tensor => tensor.Name));
        return [.. names.Where(weight => used.Contains(weight.Value)).Select(weight => weight.Key)];
    }

    private ObservedModel Observe(ModelProto model, int place)
    {
        var file = Write(model, string.Create(CultureInfo.InvariantCulture, $"path{place}"));

        // That ONNX Runtime refuses it must be known before anything relies on it.
        open(file).Dispose();
        return new(model, file, () => open(file));
    }

    private string Write(ModelProto model, string name)
    {
        var file = Path.Combine(Path.GetDirectoryName(path)!, name + ".onnx");
        while (File.Exists(file))
            file = Path.ChangeExtension(file, ".model.onnx");
        try
        {
            using var stream = File.Create(file);
            model.WriteTo(stream);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileDiagnostics.NoTemporaryFile(error);
        }

        return file;
    }

    /// <summary>The first run on a path.</summary>
    /// <param name="Codes">Which branches it takes.</param>
    /// <param name="Inputs">What it is fed.</param>
    private sealed record Run(IReadOnlyList<long> Codes, IReadOnlyList<TensorValue> Inputs)
    {
        public string Key { get; } = string.Join(',', Codes);
    }
}
