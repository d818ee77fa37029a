using System.Globalization;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>Walks a model where it lies and finds every tensor in it, in file order.</summary>
internal readonly ref struct TensorWalker
{
    /// <summary>Messages within messages, three for a subgraph: 66 of these. ONNX Runtime stops at half of it.</summary>
    public const int MaxDepth = 200;

    private const int MaxPathLength = 4096;

    /// <summary>A tensor with a name, a type and a value has at least as many bytes; what is known of it takes ten times as many.</summary>
    private const int BytesOfTensor = 24;

    /// <summary>In the smallest of models.</summary>
    private const int FewTensors = 1 << 16;

    private readonly string _path;
    private readonly ReadOnlySpan<byte> _file;
    private readonly Action<FoundTensor> _found;
    private readonly Budget _names;
    private readonly Budget _tensors;
    private readonly Action<int> _floats;

    private TensorWalker(string path, ReadOnlySpan<byte> file, Action<FoundTensor> found, Action<int> floats)
    {
        _names = new Budget((1L << 24) + (4L * file.Length));
        _tensors = new Budget(FewTensors + (file.Length / BytesOfTensor));
        _floats = floats;
        _path = path;
        _file = file;
        _found = found;
    }

    /// <param name="path">What diagnostics call the file.</param>
    /// <param name="file">The whole main file.</param>
    /// <param name="found">Takes the tensors.</param>
    /// <param name="floats">Takes how many values an attribute has that is a list of floats; null to count none.</param>
    /// <returns>Whether the model has a graph.</returns>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static bool Walk(string path, ReadOnlySpan<byte> file, Action<FoundTensor> found, Action<int>? floats = null) =>
        new TensorWalker(path, file, found, floats ?? (_ => { })).WalkModel();

    private bool WalkModel()
    {
        var model = WireMessage.WholeFile(_file.Length);
        var hasGraph = false;
        var trainings = 0;
        var reader = Read(model);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            switch (field.Number)
            {
                case FieldNumbers.Model.Graph:
                    WalkGraph(Enter(model, field), scope: "", TensorOwner.MainGraph);
                    hasGraph = true;
                    break;
                case FieldNumbers.Model.TrainingInfo:
                    WalkTraining(Enter(model, field), string.Create(CultureInfo.InvariantCulture, $"training_info[{trainings++}]"));
                    break;
                case FieldNumbers.Model.Functions:
                    WalkFunction(Enter(model, field));
                    break;
            }
        }

        return hasGraph;
    }

    /// <param name="graph">A GraphProto.</param>
    /// <param name="scope">What its names begin with.</param>
    /// <param name="owner">What its initializers belong to.</param>
    private void WalkGraph(WireMessage graph, string scope, TensorOwner owner)
    {
        var reader = Read(graph);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            switch (field.Number)
            {
                case FieldNumbers.Graph.Node:
                    WalkNode(Enter(graph, field), scope, owner);
                    break;
                case FieldNumbers.Graph.Initializer:
                    WalkTensor(Enter(graph, field), scope, name: null, owner);
                    break;
                case FieldNumbers.Graph.SparseInitializer:
                    WalkSparse(Enter(graph, field), scope, name: null, Inside(owner));
                    break;
            }
        }
    }

    private void WalkTraining(WireMessage training, string scope)
    {
        var reader = Read(training);
        while (reader.TryRead(out var field))
        {
            if (field is { IsLengthDelimited: true, Number: FieldNumbers.TrainingInfo.Initialization })
                WalkGraph(Enter(training, field), $"{scope}/initialization", TensorOwner.Training);
            else if (field is { IsLengthDelimited: true, Number: FieldNumbers.TrainingInfo.Algorithm })
                WalkGraph(Enter(training, field), $"{scope}/algorithm", TensorOwner.Training);
        }
    }

    private void WalkFunction(WireMessage function)
    {
        var domain = LastText(function, FieldNumbers.Function.Domain);
        var overload = LastText(function, FieldNumbers.Function.Overload);
        var name = LastText(function, FieldNumbers.Function.Name);
        var scope = $"{domain}{(domain.Length > 0 ? "." : "")}{name}{(overload.Length > 0 ? ":" : "")}{overload}";
        var reader = Read(function);
        while (reader.TryRead(out var field))
        {
            if (field is { IsLengthDelimited: true, Number: FieldNumbers.Function.Node })
                WalkNode(Enter(function, field), scope, TensorOwner.Elsewhere);
            else if (field is { IsLengthDelimited: true, Number: FieldNumbers.Function.AttributeProto })
                WalkAttribute(Enter(function, field), scope, isConstant: false, TensorOwner.Elsewhere);
        }
    }

    private void WalkNode(WireMessage node, string scope, TensorOwner owner)
    {
        string? name = null;
        var isConstant = false;
        var reader = Read(node);
        while (reader.TryRead(out var field))
        {
            if (field is not { IsLengthDelimited: true, Number: FieldNumbers.Node.Attribute })
                continue;
            var attribute = Enter(node, field);
            if (!HoldsTensors(attribute))
                continue;
            if (name is null)
                (name, isConstant) = Identify(node);
            WalkAttribute(attribute, Join(node, scope, name), isConstant, owner);
        }
    }

    /// <param name="attribute">An AttributeProto.</param>
    /// <param name="of">The path of the node or function it belongs to.</param>
    /// <param name="isConstant">Whether that is a Constant node, which is called what its one tensor is called.</param>
    /// <param name="around">What the initializers of the graph around it belong to.</param>
    private void WalkAttribute(WireMessage attribute, string of, bool isConstant, TensorOwner around)
    {
        var name = Join(attribute, of, LastText(attribute, FieldNumbers.Attribute.Name));
        var owner = Inside(around);
        var (tensors, graphs, sparseTensors) = (0, 0, 0);
        var reader = Read(attribute);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            switch (field.Number)
            {
                case FieldNumbers.Attribute.T:
                    WalkTensor(Enter(attribute, field), scope: "", isConstant ? of : name,
                        isConstant && around == TensorOwner.MainGraph ? TensorOwner.Constant : owner, attribute);
                    break;
                case FieldNumbers.Attribute.Tensors:
                    WalkTensor(Enter(attribute, field), scope: "", Indexed(name, tensors++), owner);
                    break;
                case FieldNumbers.Attribute.G:
                    WalkGraph(Enter(attribute, field), name, owner);
                    break;
                case FieldNumbers.Attribute.Graphs:
                    WalkGraph(Enter(attribute, field), Indexed(name, graphs++), owner);
                    break;
                case FieldNumbers.Attribute.SparseTensor:
                    WalkSparse(Enter(attribute, field), scope: "", isConstant ? of : name, owner, attribute);
                    break;
                case FieldNumbers.Attribute.SparseTensors:
                    WalkSparse(Enter(attribute, field), scope: "", Indexed(name, sparseTensors++), owner);
                    break;
            }
        }
    }

    private void WalkTensor(WireMessage tensor, string scope, string? name, TensorOwner owner, WireMessage? holder = null)
    {
        var header = Header(tensor);
        _found(new(tensor, header, name ?? Join(tensor, scope, header.Name), IsSparse: false, owner, holder));
    }

    private void WalkSparse(WireMessage sparse, string scope, string? name, TensorOwner owner, WireMessage? holder = null)
    {
        var parts = new List<(WireMessage Message, TensorHeader Header, string Part)>();
        var reader = Read(sparse);
        while (reader.TryRead(out var field))
        {
            if (field is not { IsLengthDelimited: true, Number: FieldNumbers.SparseTensor.Values or FieldNumbers.SparseTensor.Indices })
                continue;
            var part = Enter(sparse, field);
            parts.Add((part, Header(part), field.Number == FieldNumbers.SparseTensor.Values ? "values" : "indices"));
        }

        name ??= Join(sparse, scope, parts.Find(part => part.Part == "values").Header?.Name ?? "");
        foreach (var (message, header, part) in parts)
            _found(new(message, header, $"{name}/{part}", IsSparse: true, owner, holder ?? sparse));
    }

    private TensorHeader Header(WireMessage tensor) => _tensors.TryTake(1) ? TensorHeader.Read(_path, _file, tensor)
        : throw ModelDiagnostics.TooManyTensors(_path, tensor.Start, _tensors.Total);

    /// <summary>What belongs to the main graph itself are its initializers; everything further in belongs elsewhere.</summary>
    private static TensorOwner Inside(TensorOwner owner) => owner == TensorOwner.MainGraph ? TensorOwner.Elsewhere : owner;

    private bool HoldsTensors(WireMessage attribute)
    {
        var reader = Read(attribute);
        while (reader.TryRead(out var field))
        {
            if (field.Number == FieldNumbers.Attribute.Floats && (field.IsLengthDelimited || field.Type == WireType.Fixed32))
                _floats(field.Length / sizeof(float));
            if (field.IsLengthDelimited && field.Number is FieldNumbers.Attribute.T or FieldNumbers.Attribute.Tensors
                or FieldNumbers.Attribute.G
                or FieldNumbers.Attribute.Graphs or FieldNumbers.Attribute.SparseTensor or FieldNumbers.Attribute.SparseTensors)
                return true;
        }

        return false;
    }

    // A Constant node goes by its output, which other nodes know it by; any other node by its name. What is missing is made up for by the next best.
    private (string Name, bool IsConstant) Identify(WireMessage node)
    {
        var (name, output, type) = ("", "", "");
        var reader = Read(node);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            if (field.Number == FieldNumbers.Node.Name)
                name = field.Text(_file);
            else if (field.Number == FieldNumbers.Node.Output && output.Length == 0)
                output = field.Text(_file);
            else if (field.Number == FieldNumbers.Node.OpType)
                type = field.Text(_file);
        }

        var isConstant = type == "Constant";
        string[] candidates = isConstant ? [output, name, type] : [name, output, type];
        return (Array.Find(candidates, candidate => candidate.Length > 0) ?? "", isConstant);
    }

    private string LastText(WireMessage message, int fieldNumber)
    {
        var text = "";
        var reader = Read(message);
        while (reader.TryRead(out var field))
        {
            if (field.IsLengthDelimited && field.Number == fieldNumber)
                text = field.Text(_file);
        }

        return text;
    }

    private WireReader Read(WireMessage message) => new(_path, _file, message);

    private WireMessage Enter(WireMessage message, in WireField field) => message.Depth < MaxDepth
        ? message.Child(field)
        : throw ModelDiagnostics.NestedTooDeeply(_path, field.TagOffset, MaxDepth);

    // Every weight below repeats its scope: without a limit, one long name and many weights would fill the memory.
    private string Join(WireMessage place, string scope, string name)
    {
        var length = scope.Length + 1 + name.Length;
        if (length > MaxPathLength)
            throw ModelDiagnostics.NameTooLong(_path, place.Start, length, MaxPathLength);
        return _names.TryTake(length) ? scope.Length == 0 ? name : $"{scope}/{name}"
            : throw ModelDiagnostics.NamesTooLong(_path, place.Start, _names.Total);
    }

    /// <summary>
    /// What is left of something that a file may have so much of: characters of all paths, which repeat their scopes, and tensors, which may have two
    /// bytes.
    /// </summary>
    private sealed class Budget(long total)
    {
        private long _left = total;

        public long Total { get; } = total;

        public bool TryTake(int count) => (_left -= count) >= 0;
    }

    private static string Indexed(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");
}
