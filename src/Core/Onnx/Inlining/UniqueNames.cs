using System.Globalization;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf.Collections;

namespace CompressTasks.Onnx.Inlining;

/// <summary>
/// Gives every value of a model a name of its own, over all its graphs, and makes all of its constants initializers of the main graph: one for all
/// tensors that have the values of one weight. Then nodes can be moved from a branch to the graph around it as they are.
/// </summary>
internal sealed class UniqueNames
{
    private readonly GraphProto _main;
    private readonly Func<int, string> _pathOf;
    private readonly PathNames _names = new();
    private readonly List<TensorProto> _tensors = [];
    private readonly Dictionary<(string Path, int Type, string Shape), string> _known = [];
    private readonly Dictionary<string, string> _weights = new(StringComparer.Ordinal);

    private UniqueNames(GraphProto main, Func<int, string> pathOf) => (_main, _pathOf) = (main, pathOf);

    /// <summary>Changes a model so.</summary>
    /// <param name="model">As <see cref="OnnxModel.ReadReferring"/> gives it, without functions.</param>
    /// <param name="pathOf">For the number of a weight the path of the one that stands for its values.</param>
    /// <returns>
    /// By these paths, the names of the initializers that have the values; null when the model keeps large constants where none of its initializers
    /// can have them.
    /// </returns>
    public static IReadOnlyDictionary<string, string>? Apply(ModelProto model, Func<int, string> pathOf)
    {
        if (Subgraphs.AllNodes(model.Graph.Node).Any(HasReference))
            return null;
        var names = new UniqueNames(model.Graph, pathOf);
        names.Enter();
        return names._weights;
    }

    private static bool HasReference(NodeProto node) => node.Attribute.Any(attribute =>
        (attribute.T?.DataLocation == 1 && Constant(node) is null) || attribute.Tensors.Any(tensor => tensor.DataLocation == 1)
            || attribute.SparseTensor is { Values.DataLocation: 1 } or { Indices.DataLocation: 1 });

    /// <summary>The tensor of a Constant node that has one.</summary>
    private static TensorProto? Constant(NodeProto node) => node.StandardOperator() == "Constant" && node.Output.Count == 1
        ? node.Attribute.FirstOrDefault(attribute => attribute is { Name: "value", T: not null })?.T : null;

    private void Enter()
    {
        var given = _main.Input.Select(input => input.Name).Concat(_main.Output.Select(output => output.Name)).ToHashSet(StringComparer.Ordinal);
        var initializers = _main.Initializer.ToList();
        foreach (var name in given.Concat(initializers.Select(tensor => tensor.Name)).Concat(_main.Node.SelectMany(node => node.Output))
            .Where(name => name.Length > 0).Distinct(StringComparer.Ordinal))
            _names.Take(name);
        var renaming = new Renaming(null);

        // What has the name of its path keeps it, and others find it there.
        foreach (var tensor in initializers.OrderBy(tensor => PathOf(tensor) != tensor.Name))
        {
            if (given.Contains(tensor.Name))
                Add(tensor, tensor.Name, PathOf(tensor));
            else
                renaming[tensor.Name] = NameOf(tensor, tensor.Name, isTaken: true);
        }

        foreach (var (name, tensor) in TakeConstants(_main.Node, node => !given.Contains(node.Output[0])))
            renaming[name] = NameOf(tensor, name, isTaken: true);
        foreach (var node in _main.Node)
        {
            renaming.Apply(node.Input);
            EnterInner(node, renaming, "");
        }

        _main.Initializer.Clear();
        _main.Initializer.AddRange(_tensors);
    }

    private void EnterInner(NodeProto node, Renaming renaming, string scope)
    {
        foreach (var (attribute, graph) in Subgraphs.Of(node))
            Enter(graph, renaming, $"{scope}{Subgraphs.NameOf(node)}/{attribute}/");

        // Nodes need no name, and two of one graph must not have the same.
        node.ClearName();
    }

    private void Enter(GraphProto graph, Renaming outer, string scope)
    {
        var renaming = new Renaming(outer);
        var local = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in graph.Input)
            input.Name = Rename(input.Name);
        foreach (var tensor in graph.Initializer)
            renaming[tensor.Name] = NameOf(tensor, scope + tensor.Name, isTaken: false);
        graph.Initializer.Clear();
        foreach (var tensor in graph.SparseInitializer.Where(tensor => tensor.Values is not null))
        {
            tensor.Values.Name = Rename(tensor.Values.Name);
            local.Remove(tensor.Values.Name);
            _main.SparseInitializer.Add(tensor);
        }

        graph.SparseInitializer.Clear();
        foreach (var (name, tensor) in TakeConstants(graph.Node, _ => true))
            renaming[name] = NameOf(tensor, scope + name, isTaken: false);
        foreach (var name in graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0))
            Rename(name);
        foreach (var node in graph.Node)
        {
            renaming.Apply(node.Input);
            EnterInner(node, renaming, scope);
            renaming.Apply(node.Output);
        }

        foreach (var output in graph.Output)
            output.Name = Own(renaming[output.Name], output.Name);
        graph.ValueInfo.Clear();

        string Rename(string name)
        {
            var unique = _names.Take(scope + name);
            local.Add(unique);
            return renaming[name] = unique;
        }

        // A graph gives what its own nodes do, or its inputs.
        string Own(string name, string output)
        {
            if (local.Contains(name))
                return name;
            var unique = _names.Take(scope + output);
            graph.Node.Add(new NodeProto { OpType = "Identity", Input = { name }, Output = { unique } });
            return unique;
        }
    }

    private string PathOf(TensorProto tensor) => _pathOf(int.Parse(tensor.DocString, CultureInfo.InvariantCulture));

    /// <summary>Takes Constant nodes out of a graph.</summary>
    private static List<(string Name, TensorProto Tensor)> TakeConstants(RepeatedField<NodeProto> nodes, Predicate<NodeProto> which)
    {
        var constants = nodes.ToLookup(node => Constant(node) is not null && which(node));
        List<NodeProto> others = [.. constants[false]];
        nodes.Clear();
        nodes.AddRange(others);
        return [.. constants[true].Select(node => (node.Output[0], Constant(node)!))];
    }

    /// <summary>The initializer that has a tensor's values, the first of them with the path of the weight as its name if that is free.</summary>
    /// <param name="name">Of the tensor.</param>
    /// <param name="isTaken">Whether it has this name in the main graph.</param>
    private string NameOf(TensorProto tensor, string name, bool isTaken)
    {
        var path = PathOf(tensor);
        if (_known.TryGetValue(Key(tensor, path), out var known))
            return known;
        var unique = isTaken && path == name ? name : _names.Take(path);
        Add(tensor, unique, path);
        return unique;
    }

    private void Add(TensorProto tensor, string name, string path)
    {
        _known.TryAdd(Key(tensor, path), name);
        _weights.TryAdd(path, name);
        tensor.Name = name;
        tensor.ClearDocString();
        _tensors.Add(tensor);
    }

    private static (string Path, int Type, string Shape) Key(TensorProto tensor, string path) =>
        (path, tensor.DataType, string.Join(',', tensor.Dims));
}
