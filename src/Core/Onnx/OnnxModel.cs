using System.Security.Cryptography;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>
/// An ONNX model. Opening it loads its structure; payloads are read when they are asked for. Safe for use from several threads, disposal excepted.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly OpenedFile _file;
    private readonly ExternalFiles _externals;
    private readonly Lazy<Dictionary<OnnxWeight, OnnxWeight>> _shared;
    private readonly Lazy<string> _sha256;

    private OnnxModel(OpenedFile file, ExternalFiles externals, IReadOnlyList<OnnxWeight> weights, long attributeFloats)
    {
        AttributeFloats = attributeFloats;
        _file = file;
        _externals = externals;
        _shared = new(() => SharedWeights.Find(this));
        _sha256 = new(() => Hash([_file, .. _externals.Files]));
        Weights = weights;
        Files =
        [
            new ModelFile(System.IO.Path.GetFileName(file.Path), file.Length),
            .. externals.Names.Zip(externals.Files, (name, external) => new ModelFile(name, external.Length)),
        ];
    }

    /// <summary>The path it was opened by.</summary>
    public string Path => _file.Path;

    /// <summary>The main file, then the external data files in the order of their first use.</summary>
    public IReadOnlyList<ModelFile> Files { get; }

    /// <summary>The length of all files.</summary>
    public long TotalBytes => Files.Sum(file => file.Length);

    /// <summary>
    /// SHA-256 of the bytes of all <see cref="Files"/>, one after the other, in lower-case hexadecimal digits. Without external data that is the main
    /// file's hash.
    /// </summary>
    public string Sha256 => _sha256.Value;

    /// <summary>SHA-256 of one of <see cref="Files"/>, in lower-case hexadecimal digits.</summary>
    public string FileSha256(int file) => Files.Count == 1 ? Sha256 : Hash([file == 0 ? _file : _externals.Files[file - 1]]);

    /// <summary>Every constant tensor, in file order, wherever the model keeps it.</summary>
    public IReadOnlyList<OnnxWeight> Weights { get; }

    /// <summary>
    /// Values in lists of floats that are attributes of nodes, as tree ensembles have them. They are no weights: they stay in the model's structure.
    /// </summary>
    public long AttributeFloats { get; }

    /// <summary>Bytes of all files that are in no tensor.</summary>
    public long StructureBytes => TotalBytes
        - Weights.DistinctBy(weight => weight.File == 0 ? (object)weight.Path : (weight.File, weight.Offset)).Sum(weight => weight.StoredBytes);

    /// <summary>Opens a model.</summary>
    /// <exception cref="CompressException">The file is missing, damaged or no model, or its external data is not as it should be.</exception>
    public static OnnxModel Open(string path)
    {
        if (!File.Exists(path))
            throw ModelDiagnostics.NotFound(path);
        OpenedFile? file = null;
        var externals = new ExternalFiles(path);
        try
        {
            file = new OpenedFile(path);
            if (file.Length == 0)
                throw ModelDiagnostics.Empty(path);
            if (file.Length > Array.MaxLength)
                throw ModelDiagnostics.TooLarge(path, file.Length);
            FileSignature.RequireModel(path, Start(file));
            file.Load(LargePayloads.Find(file));
            var (weights, floats) = Scan(file, externals);
            ExternalRanges.RequireDisjoint(path, externals.Names, weights);
            return new OnnxModel(file, externals, weights, floats);
        }
        catch (Exception error)
        {
            file?.Dispose();
            externals.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw ModelDiagnostics.CannotBeRead(path, error);
            throw;
        }
    }

    /// <summary>The first weight with the same type, shape and payload, or in the very same place; null when this is the first or only one.</summary>
    /// <remarks>The first call reads what has to be compared. Only payloads of 1 KiB or more are, those in the same place always.</remarks>
    public OnnxWeight? SharedWith(OnnxWeight weight) => _shared.Value.GetValueOrDefault(weight);

    /// <summary>A weight's elements, little-endian and row-major: a copy of its own.</summary>
    /// <exception cref="CompressException">CT2002: the file has changed.</exception>
    /// <exception cref="ArgumentException">The weight has no payload (see <see cref="OnnxWeight.CanExcise"/>) though it has elements.</exception>
    public ReadOnlySpan<byte> ReadBytes(OnnxWeight weight)
    {
        if (weight.Elements == 0)
            return default;
        RequirePayload(weight);
        if (weight.IsContiguous)
            return ReadPart(weight, 0, (int)weight.PayloadBytes);
        var payload = new byte[weight.PayloadBytes];
        Reading(() => TensorData.Decode(_file, weight.Message, TensorData.FieldOf(weight.ElementType), payload));
        return payload;
    }

    /// <summary>A copy of some bytes of a weight that <see cref="OnnxWeight.IsContiguous"/>.</summary>
    /// <exception cref="CompressException">CT2002: the file has changed.</exception>
    public byte[] ReadPart(OnnxWeight weight, int first, int length)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        Reading(() => FileOf(weight).Read(weight.Offset + first, bytes));
        return bytes;
    }

    /// <summary>Makes sure that what was read is the model: nobody has written to its files meanwhile, or put others in their place.</summary>
    /// <exception cref="CompressException">CT2002: a file has changed.</exception>
    public void RequireUnchanged()
    {
        foreach (var file in (IEnumerable<OpenedFile>)[_file, .. _externals.Files])
            Reading(file.RequireInPlace);
    }

    /// <summary>A floating-point weight's elements as doubles, exactly.</summary>
    /// <param name="weight">A weight of this model, of type float, float16, bfloat16 or double.</param>
    /// <param name="values">As long as <see cref="OnnxWeight.Elements"/>.</param>
    /// <exception cref="ArgumentException">Another type or length.</exception>
    public void ReadValues(OnnxWeight weight, Span<double> values) => ElementConversion.ReadValues(weight.ElementType, ReadBytes(weight), values);

    /// <summary>Lays the model out without the payloads of some weights.</summary>
    /// <param name="weights">Weights of this model that <see cref="OnnxWeight.CanExcise"/>; every one with external data must be among them.</param>
    /// <exception cref="ArgumentException">A weight has no payload, or one with external data is left out.</exception>
    public ModelImage Excise(IReadOnlyCollection<OnnxWeight> weights)
    {
        foreach (var weight in weights)
            RequirePayload(weight);
        var chosen = weights.ToHashSet();
        if (Weights.FirstOrDefault(weight => weight is { Storage: WeightStorage.External, CanExcise: true } && !chosen.Contains(weight)) is { } left)
            throw new ArgumentException($"The weight '{left.Path}' has external data, which would be lost.", nameof(weights));
        Reading(_file.RequireUnchanged);
        return ModelImage.Create(_file, Files, chosen);
    }

    /// <summary>
    /// Parses the model with the payloads of all weights of 1 KiB or more left out: what is connected to what, for the price of the structure.
    /// </summary>
    /// <exception cref="CompressException">
    /// The model is damaged where <see cref="Open"/> did not look, or its structure too large (CT2112).
    /// </exception>
    public ModelProto ReadStructure() => ModelStructure.Read(_file, Weights, TotalBytes);

    /// <summary>
    /// Parses the model so that another one in its folder can use its payloads: tensors of 1 KiB or more refer to the model's file. The
    /// <c>doc_string</c> of every tensor is its place in <see cref="Weights"/>.
    /// </summary>
    /// <exception cref="CompressException">As <see cref="ReadStructure"/>.</exception>
    public ModelProto ReadReferring() => ModelStructure.ReadReferring(_file, Weights, TotalBytes);

    /// <summary>Where the parts lie that change when the main graph is rewritten.</summary>
    public GraphParts ReadParts() => GraphParts.Find(Path, _file.Bytes);

    /// <summary>The bytes of a length-delimited field of the main file's structure; those of large payloads in it are zeros.</summary>
    public ReadOnlySpan<byte> ReadField(WireField field) => _file.Slice(field.Start, field.Length);

    /// <summary>Writes the main file with edits, and the payloads of weights into their holes.</summary>
    /// <exception cref="CompressException">CT2002: the file has changed.</exception>
    public void WriteEdited(IEnumerable<MessageEdit> edits, Stream destination)
    {
        foreach (var segment in MessageEditor.Apply((int)_file.Length, edits))
        {
            if (segment.Weight is { } weight)
                destination.Write(ReadBytes(weight));
            else
                MessageEditor.Write(_file, [segment], destination);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _externals.Dispose();
    }

    private static (List<OnnxWeight> Weights, long AttributeFloats) Scan(OpenedFile file, ExternalFiles externals)
    {
        var scanner = new TensorScanner(file, externals);
        var weights = new List<OnnxWeight>();
        var joined = new JoinedTensors();
        var floats = 0L;
        return TensorWalker.Walk(file.Path, file.Bytes, Add, count => floats += count) ? (weights, floats)
            : throw ModelDiagnostics.NoGraph(file.Path);

        void Add(FoundTensor tensor)
        {
            if (joined.IsPart(tensor))
                throw ModelDiagnostics.InSeveralParts(file.Path, tensor.Path, tensor.Message.Start);
            weights.Add(scanner.Scan(tensor));
        }
    }

    private OpenedFile FileOf(OnnxWeight weight) => weight.File == 0 ? _file : _externals.Files[weight.File - 1];

    private void Reading(Action read)
    {
        try
        {
            read();
        }
        catch (IOException error)
        {
            throw ModelDiagnostics.CannotBeRead(Path, error);
        }
    }

    private static void RequirePayload(OnnxWeight weight)
    {
        if (!weight.CanExcise)
            throw new ArgumentException($"The weight '{weight.Path}' has no payload of its own (storage {weight.Storage}).", nameof(weight));
    }

    private static byte[] Start(OpenedFile file)
    {
        var start = new byte[Math.Min(file.Length, FileSignature.Length)];
        file.Read(0, start);
        return start;
    }

    private string Hash(IEnumerable<OpenedFile> files)
    {
        const int block = 1 << 20;
        var bytes = new byte[block];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            for (var offset = 0L; offset < file.Length; offset += block)
            {
                var length = (int)Math.Min(block, file.Length - offset);
                Reading(() => file.Read(offset, bytes.AsSpan(0, length)));
                hash.AppendData(bytes, 0, length);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
