using System.Globalization;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;
using Google.Protobuf;

namespace CompressTasks.Runnable;

/// <summary>
/// Writes a model with another graph. Nodes and constants that are not concerned, fields that nobody knows, names, inputs and outputs stay as they
/// are.
/// </summary>
internal sealed class RewrittenModel
{
    /// <summary>As much fits into one file, with what a reader may add.</summary>
    public const long MostInOneFile = int.MaxValue - (64L << 20);

    /// <summary>Smaller tensors stay in the main file.</summary>
    private const int FewBytes = 1024;

    /// <summary>Readers map external data, and pages begin here.</summary>
    private const int Page = 4096;

    /// <summary>From this version on an initializer need not be an input, and is a default of one that it is.</summary>
    private const int FirstIrWithDefaults = 4;

    private readonly OnnxModel _model;
    private readonly GraphEdits _edits;
    private readonly IReadOnlySet<string> _removed;
    private readonly GraphParts _parts;
    private readonly string? _dataFile;
    private readonly List<(Func<ReadOnlySpan<byte>> Payload, long Offset)> _external = [];
    private readonly Dictionary<(int Start, int Depth), WireMessage> _messages = [];
    private long _dataLength;

    private RewrittenModel(OnnxModel model, GraphEdits edits, IReadOnlySet<string> removed, string path, long mostInOneFile)
    {
        (_model, _edits, _removed, _parts) = (model, edits, removed, model.ReadParts());
        var outside = Kept(WeightStorage.External).Sum(weight => weight.PayloadBytes);
        var inside = model.Files[0].Length + Added.Sum(tensor => (long)tensor.RawData.Length);
        _dataFile = outside + inside > mostInOneFile ? Path.GetFileName(path) + ".data" : null;
    }

    private IEnumerable<TensorProto> Added => _edits.Tensors.Concat(_edits.Initializers.Values.SelectMany(tensors => tensors));

    /// <summary>Writes the model.</summary>
    /// <param name="model">The original.</param>
    /// <param name="edits">What changes in its graph.</param>
    /// <param name="removed">Constants that go.</param>
    /// <param name="path">The file, which is not there yet; external data goes beside it.</param>
    /// <param name="mostInOneFile">With more bytes, what is new and what was external goes into a file of external data.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="Diagnostics.CompressException">CT2002: the model has changed.</exception>
    public static void Write(OnnxModel model, GraphEdits edits, IReadOnlySet<string> removed, string path, long mostInOneFile = MostInOneFile) =>
        new RewrittenModel(model, edits, removed, path, mostInOneFile).Write(path);

    private void Write(string path)
    {
        List<MessageEdit> all = [.. Nodes(), .. Initializers(), .. Descriptions(), .. Header(), .. Kept(WeightStorage.External).Select(Moved)];
        using (var file = new FileStream(path, FileMode.CreateNew))
            _model.WriteEdited(all, file);
        if (_dataFile is null)
            return;
        using var data = new FileStream(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, _dataFile), FileMode.CreateNew);
        foreach (var (payload, offset) in _external)
        {
            data.SetLength(offset);
            data.Position = offset;
            data.Write(payload());
        }
    }

    private IEnumerable<OnnxWeight> Kept(WeightStorage storage) =>
        _model.Weights.Where(weight => weight.Storage == storage && weight.CanExcise && !_removed.Contains(weight.Path));

    /// <summary>What comes in front of a node goes into one edit with what comes in its place: edits must not begin at the same byte.</summary>
    private IEnumerable<MessageEdit> Nodes()
    {
        List<byte[]> before = [.. _edits.Tensors.Select(Field), .. _edits.First.Select(Field)];
        foreach (var (index, part) in _parts.Nodes.Index())
        {
            var edit = _edits.Nodes.GetValueOrDefault(index);
            var isLast = index == _parts.Nodes.Count - 1;
            var own = edit?.Replacement?.Select(Field) ?? (edit?.Changed is { } changed ? [Field(changed)]
                : isLast && edit?.Behind.Count > 0 ? [Field(ReadNode(index))] : null);
            if (isLast)
                own = own?.Concat(edit!.Behind.Select(Field));
            if (own is not null)
                yield return part.Replace([.. before.Concat(own).SelectMany(bytes => bytes)]);
            else if (before.Count > 0)
                yield return new(part.Owner, part.Field.TagOffset, 0, [.. before.SelectMany(bytes => bytes)], null);
            before = [.. edit?.Behind.Select(Field) ?? []];
        }
    }

    private NodeProto ReadNode(int index) => NodeProto.Parser.ParseFrom(_model.ReadField(_parts.Nodes[index].Field));

    private IEnumerable<MessageEdit> Initializers() =>
        _edits.Initializers.Select(pair => _parts.Initializers[pair.Key].Replace([.. pair.Value.SelectMany(Field)]));

    private IEnumerable<MessageEdit> Descriptions() =>
        _edits.Descriptions.Select(pair => _parts.ValueInfos[pair.Key].Replace([.. pair.Value.SelectMany(tensor =>
        {
            var value = ValueInfoProto.Parser.ParseFrom(_model.ReadField(_parts.ValueInfos[pair.Key].Field));
            value.Name = tensor.Name;
            value.Type.TensorType.ElemType = (int)tensor.Type;
            return Field(GraphProto.ValueInfoFieldNumber, value);
        })]));

    private IEnumerable<MessageEdit> Header()
    {
        // What comes in front of the first import is one edit with what becomes of it.
        var microsoft = _edits.UsesMicrosoft && !_edits.Graph.ImportsMicrosoft
            ? Field(ModelProto.OpsetImportFieldNumber, new OperatorSetIdProto { Domain = GraphIndex.Microsoft, Version = 1 }) : [];
        foreach (var (index, part) in _parts.Opsets.Index())
        {
            var import = OperatorSetIdProto.Parser.ParseFrom(_model.ReadField(part.Field));
            var front = index == 0 ? microsoft : [];
            if (_edits.Opset is { } opset && (import.Domain is "" or "ai.onnx"))
            {
                import.Version = opset;
                yield return part.Replace([.. front, .. Field(ModelProto.OpsetImportFieldNumber, import)]);
            }
            else if (front.Length > 0)
            {
                yield return new(part.Owner, part.Field.TagOffset, 0, front, null);
            }
        }

        if (_removed.Count == 0 || _edits.Graph.IrVersion >= FirstIrWithDefaults || _parts.IrVersion is not { } version)
            yield break;
        yield return version.Replace(new ModelProto { IrVersion = FirstIrWithDefaults }.ToByteArray());
        foreach (var (input, part) in _edits.Graph.Graph.Input.Zip(_parts.Inputs))
        {
            if (_edits.Graph.ConstantOf(input.Name) is { IsNode: false })
                yield return part.Replace([]);
        }
    }

    /// <summary>A tensor whose data is elsewhere now: in the main file, or in a new one.</summary>
    private MessageEdit Moved(OnnxWeight weight)
    {
        var tensor = TensorProto.Parser.ParseFrom(_model.ReadField(FieldOf(weight)));
        tensor.ExternalData.Clear();
        tensor.ClearDataLocation();
        if (_dataFile is not null)
        {
            Refer(tensor, weight.PayloadBytes, () => _model.ReadBytes(weight));
            return new(Same(weight.Message), weight.Message.Start, weight.Message.Length, tensor.ToByteArray(), null);
        }

        byte[] start = [.. tensor.ToByteArray(), .. Tag(TensorProto.RawDataFieldNumber), .. WireWriter.Varint((int)weight.PayloadBytes)];
        return new(Same(weight.Message), weight.Message.Start, weight.Message.Length, start, weight);
    }

    /// <summary>The message as other edits have it: what is around several of them grows once.</summary>
    private WireMessage Same(WireMessage message)
    {
        if (message.Parent is null)
            return message;
        if (!_messages.TryGetValue((message.Start, message.Depth), out var same))
        {
            same = _parts.Nodes.Concat(_parts.Initializers).Select(part => part.Owner)
                .FirstOrDefault(owner => owner.Depth == message.Depth && owner.Start == message.Start)
                ?? new(Same(message.Parent), message.LengthOffset, message.Start, message.End);
            _messages.Add((message.Start, message.Depth), same);
        }

        return same;
    }

    private static WireField FieldOf(OnnxWeight weight) => new(0, WireType.LengthDelimited, weight.Message.LengthOffset,
        weight.Message.LengthOffset, weight.Message.Start, weight.Message.End, 0);

    private void Refer(TensorProto tensor, long length, Func<ReadOnlySpan<byte>> payload)
    {
        const int external = 1;
        var offset = (_dataLength + Page - 1) / Page * Page;
        tensor.DataLocation = external;
        foreach (var (key, value) in new[] { ("location", _dataFile!), ("offset", Text(offset)), ("length", Text(length)) })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        _external.Add((payload, offset));
        _dataLength = offset + length;
    }

    private byte[] Field(TensorProto tensor)
    {
        if (_dataFile is not null && tensor.RawData.Length >= FewBytes)
        {
            var payload = tensor.RawData;
            tensor = tensor.Clone();
            tensor.ClearRawData();
            Refer(tensor, payload.Length, () => payload.Span);
        }

        return Field(GraphProto.InitializerFieldNumber, tensor);
    }

    private static byte[] Field(NodeProto node) => Field(GraphProto.NodeFieldNumber, node);

    private static byte[] Field(int number, IMessage message) =>
        [.. Tag(number), .. WireWriter.Varint(message.CalculateSize()), .. message.ToByteArray()];

    private static byte[] Tag(int number) => WireWriter.Tag(number, WireType.LengthDelimited);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
