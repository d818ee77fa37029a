using System.Globalization;
using CompressTasks.IO;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>Walks a model where it lies and finds every tensor in it, in file order.</summary>
internal sealed class ModelScanner(MappedFile file, ExternalFiles externals)
{
    /// <summary>Messages within messages. ONNX Runtime stops at half of it.</summary>
    public const int MaxDepth = 200;

    private const int MaxPathLength = 4096;

    private readonly TensorScanner _tensors = new(file, externals);
    private readonly List<OnnxWeight> _weights = [];

    /// <exception cref="Diagnostics.CompressException">The model is damaged, or its external data is.</exception>
    public IReadOnlyList<OnnxWeight> Scan()
    {
        var model = WireMessage.WholeFile((int)file.Length);
        var hasGraph = false;
        var trainings = 0;
        var reader = Read(model);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            switch (field.Number)
            {
                case ModelProto.GraphFieldNumber:
                    ScanGraph(Enter(model, field), scope: "");
                    hasGraph = true;
                    break;
                case ModelProto.TrainingInfoFieldNumber:
                    ScanTraining(Enter(model, field), string.Create(CultureInfo.InvariantCulture, $"training_info[{trainings++}]"));
                    break;
                case ModelProto.FunctionsFieldNumber:
                    ScanFunction(Enter(model, field));
                    break;
            }
        }

        return hasGraph ? _weights : throw ModelDiagnostics.NoGraph(file.Path);
    }

    private void ScanGraph(WireMessage graph, string scope)
    {
        var reader = Read(graph);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            switch (field.Number)
            {
                case GraphProto.NodeFieldNumber:
                    ScanNode(Enter(graph, field), scope);
                    break;
                case GraphProto.InitializerFieldNumber:
                    ScanTensor(Enter(graph, field), scope, name: null);
                    break;
                case GraphProto.SparseInitializerFieldNumber:
                    ScanSparse(Enter(graph, field), scope, name: null);
                    break;
            }
        }
    }

    private void ScanTraining(WireMessage training, string scope)
    {
        var reader = Read(training);
        while (reader.TryRead(out var field))
        {
            if (field is { IsLengthDelimited: true, Number: TrainingInfoProto.InitializationFieldNumber })
                ScanGraph(Enter(training, field), $"{scope}/initialization");
            else if (field is { IsLengthDelimited: true, Number: TrainingInfoProto.AlgorithmFieldNumber })
                ScanGraph(Enter(training, field), $"{scope}/algorithm");
        }
    }

    private void ScanFunction(WireMessage function)
    {
        var domain = LastText(function, FunctionProto.DomainFieldNumber);
        var overload = LastText(function, FunctionProto.OverloadFieldNumber);
        var name = LastText(function, FunctionProto.NameFieldNumber);
        var scope = $"{domain}{(domain.Length > 0 ? "." : "")}{name}{(overload.Length > 0 ? ":" : "")}{overload}";
        var reader = Read(function);
        while (reader.TryRead(out var field))
        {
            if (field is { IsLengthDelimited: true, Number: FunctionProto.NodeFieldNumber })
                ScanNode(Enter(function, field), scope);
            else if (field is { IsLengthDelimited: true, Number: FunctionProto.AttributeProtoFieldNumber })
                ScanAttribute(Enter(function, field), scope, isConstant: false);
        }
    }

    private void ScanNode(WireMessage node, string scope)
    {
        string? name = null;
        var isConstant = false;
        var reader = Read(node);
        while (reader.TryRead(out var field))
        {
            if (field is not { IsLengthDelimited: true, Number: NodeProto.AttributeFieldNumber })
                continue;
            var attribute = Enter(node, field);
            if (!HoldsTensors(attribute))
                continue;
            if (name is null)
                (name, isConstant) = Identify(node);
            ScanAttribute(attribute, Join(node, scope, name), isConstant);
        }
    }

    /// <param name="attribute">An AttributeProto.</param>
    /// <param name="owner">The path of the node or function it belongs to.</param>
    /// <param name="isConstant">Whether that is a Constant node, which is called what its one tensor is called.</param>
    private void ScanAttribute(WireMessage attribute, string owner, bool isConstant)
    {
        var name = Join(attribute, owner, LastText(attribute, AttributeProto.NameFieldNumber));
        var (tensors, graphs, sparseTensors) = (0, 0, 0);
        var reader = Read(attribute);
        while (reader.TryRead(out var field))
        {
            if (!field.IsLengthDelimited)
                continue;
            switch (field.Number)
            {
                case AttributeProto.TFieldNumber:
                    ScanTensor(Enter(attribute, field), scope: "", isConstant ? owner : name);
                    break;
                case AttributeProto.TensorsFieldNumber:
                    ScanTensor(Enter(attribute, field), scope: "", Indexed(name, tensors++));
                    break;
                case AttributeProto.GFieldNumber:
                    ScanGraph(Enter(attribute, field), name);
                    break;
                case AttributeProto.GraphsFieldNumber:
                    ScanGraph(Enter(attribute, field), Indexed(name, graphs++));
                    break;
                case AttributeProto.SparseTensorFieldNumber:
                    ScanSparse(Enter(attribute, field), scope: "", isConstant ? owner : name);
                    break;
                case AttributeProto.SparseTensorsFieldNumber:
                    ScanSparse(Enter(attribute, field), scope: "", Indexed(name, sparseTensors++));
                    break;
            }
        }
    }

    private void ScanTensor(WireMessage tensor, string scope, string? name)
    {
        var header = TensorHeader.Read(file, tensor);
        _weights.Add(_tensors.Scan(tensor, header, name ?? Join(tensor, scope, header.Name), isSparse: false));
    }

    private void ScanSparse(WireMessage sparse, string scope, string? name)
    {
        var parts = new List<(WireMessage Message, TensorHeader Header, string Part)>();
        var reader = Read(sparse);
        while (reader.TryRead(out var field))
        {
            if (field is not { IsLengthDelimited: true, Number: SparseTensorProto.ValuesFieldNumber or SparseTensorProto.IndicesFieldNumber })
                continue;
            var part = Enter(sparse, field);
            parts.Add((part, TensorHeader.Read(file, part), field.Number == SparseTensorProto.ValuesFieldNumber ? "values" : "indices"));
        }

        name ??= Join(sparse, scope, parts.FirstOrDefault(part => part.Part == "values").Header?.Name ?? "");
        foreach (var (message, header, part) in parts)
            _weights.Add(_tensors.Scan(message, header, $"{name}/{part}", isSparse: true));
    }

    private bool HoldsTensors(WireMessage attribute)
    {
        var reader = Read(attribute);
        while (reader.TryRead(out var field))
        {
            if (field.IsLengthDelimited && field.Number is AttributeProto.TFieldNumber or AttributeProto.TensorsFieldNumber or AttributeProto.GFieldNumber
                or AttributeProto.GraphsFieldNumber or AttributeProto.SparseTensorFieldNumber or AttributeProto.SparseTensorsFieldNumber)
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
            if (field.Number == NodeProto.NameFieldNumber)
                name = file.Text(field);
            else if (field.Number == NodeProto.OutputFieldNumber && output.Length == 0)
                output = file.Text(field);
            else if (field.Number == NodeProto.OpTypeFieldNumber)
                type = file.Text(field);
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
                text = file.Text(field);
        }

        return text;
    }

    private WireReader Read(WireMessage message) => new(file.Path, file.Bytes, message);

    private WireMessage Enter(WireMessage message, in WireField field) => message.Depth < MaxDepth
        ? message.Child(field)
        : throw ModelDiagnostics.NestedTooDeeply(file.Path, field.TagOffset, MaxDepth);

    // Every weight below repeats its scope: without a limit, one long name and many weights would fill the memory.
    private string Join(WireMessage place, string scope, string name)
    {
        var length = scope.Length + 1 + name.Length;
        if (length > MaxPathLength)
            throw ModelDiagnostics.NameTooLong(file.Path, place.Start, length, MaxPathLength);
        return scope.Length == 0 ? name : $"{scope}/{name}";
    }

    private static string Indexed(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]");
}
