using CompressTasks.Artifacts;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Runtime;

/// <summary>
/// The large tensors of a model that is one file, moved to external data of their own: ONNX Runtime maps it from a file, or uses it where it lies in
/// memory, where it would copy what is in the model itself, twice. Each begins at the beginning of a page.
/// </summary>
internal sealed class MovedTensors
{
    /// <summary>What the model calls its external data where nobody asks for another name.</summary>
    public const string UsualName = "model.data";

    /// <summary>
    /// Smaller tensors stay in the main file: a page of their own would waste more than a copy takes, and shapes are read from there.
    /// </summary>
    private const int SmallestMoved = 4096;

    private readonly List<Tensor> _tensors = [];

    private readonly int _alignment;

    private MovedTensors(int alignment) => _alignment = alignment;

    /// <summary>A page. Windows maps files from multiples of 64 KiB only.</summary>
    public static int UsualAlignment => OperatingSystem.IsWindows() ? 65536 : 4096;

    /// <summary>The tensors that can be moved, in the order of the file.</summary>
    public IReadOnlyList<Tensor> Tensors => _tensors;

    /// <summary>Bytes of the external data.</summary>
    public long DataLength { get; private set; }

    /// <summary>How many tensors have been given a place.</summary>
    public int Count { get; private set; }

    /// <summary>Whether those belong to the main graph itself: ONNX Runtime looks for external data in memory nowhere else.</summary>
    public bool AreOfMainGraph { get; private set; } = true;

    /// <summary>Finds the tensors that can be moved. Those written in several parts, which a parser joins, stay as they are.</summary>
    /// <param name="path">What diagnostics call the model.</param>
    /// <param name="main">The model. The elements of its tensors are not looked at.</param>
    /// <param name="alignment">What places are multiples of.</param>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static MovedTensors Find(string path, ReadOnlySpan<byte> main, int alignment)
    {
        var moved = new MovedTensors(alignment);
        var (holders, names) = (new Dictionary<WireMessage, Tensor>(), new Dictionary<string, Tensor>(StringComparer.Ordinal));
        TensorWalker.Walk(path, main, tensor => moved.Take(tensor, holders, names));
        var kept = 0;
        for (var i = 0; i < moved._tensors.Count; i++)
        {
            var tensor = moved._tensors[i];
            if (!tensor.IsOneOfSeveral && TryFindElements(path, main, tensor) && tensor.Length >= SmallestMoved)
                moved._tensors[kept++] = tensor;
        }

        moved._tensors.RemoveRange(kept, moved._tensors.Count - kept);
        moved._tensors.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        return moved;
    }

    /// <summary>The tensor whose elements lie at a place of the main file; null if there is none that can be moved.</summary>
    public Tensor? At(long start, int length)
    {
        var (low, high) = (0, _tensors.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var tensor = _tensors[middle];
            if (tensor.Start == start)
                return tensor.Length == length ? tensor : null;
            (low, high) = tensor.Start < start ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Moves a tensor.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/> that has no place yet.</param>
    /// <param name="equal">One that has the same elements, and a place; null if there is none.</param>
    public void Move(Tensor tensor, Tensor? equal)
    {
        if (equal is null)
        {
            tensor.Place = (DataLength + _alignment - 1) / _alignment * _alignment;
            DataLength = tensor.Place + tensor.Length;
        }
        else
        {
            tensor.Place = equal.Place;
        }

        Count++;
        AreOfMainGraph &= tensor.IsOfMainGraph;
    }

    /// <summary>The places in the external data, which is the second file, in order.</summary>
    public IReadOnlyList<Hole> Holes() =>
    [
        .. _tensors.Where(tensor => tensor.IsMoved).DistinctBy(tensor => tensor.Place).OrderBy(tensor => tensor.Place)
            .Select(tensor => new Hole(1, tensor.Place, tensor.Length)),
    ];

    /// <summary>The main file with references to the external data in place of the elements of what was moved.</summary>
    /// <param name="main">The main file.</param>
    /// <param name="name">What the model calls the external data.</param>
    public byte[] Rewrite(ReadOnlySpan<byte> main, string name)
    {
        var moved = _tensors.FindAll(static tensor => tensor.IsMoved);
        var references = new byte[moved.Count][];
        var shorter = new int[moved.Count + 1];
        for (var i = 0; i < moved.Count; i++)
        {
            references[i] = ExternalReference.ToFields(name, moved[i].Place, moved[i].Length);
            shorter[i + 1] = shorter[i] + moved[i].FieldLength - references[i].Length;
        }

        var result = new byte[main.Length - shorter[^1]];
        var (from, to) = (0, 0);
        for (var i = 0; i < moved.Count; i++)
        {
            to += Copy(main[from..moved[i].FieldStart], result.AsSpan(to));
            to += Copy(references[i], result.AsSpan(to));
            from = moved[i].Start + moved[i].Length;
        }

        Copy(main[from..], result.AsSpan(to));
        for (var i = 0; i < moved.Count; i++)
        {
            // What stands behind the reference would overrule it.
            if (moved[i] is { LocationStart: > 0 and var location } tensor)
                WriteVarint(result.AsSpan(location - shorter[Before(moved, location)], tensor.LocationLength), 1);
            for (var message = moved[i].Message; message.Parent is not null; message = message.Parent)
            {
                var prefix = result.AsSpan(message.LengthOffset - shorter[Before(moved, message.LengthOffset)], message.Start - message.LengthOffset);
                Shorten(prefix, shorter[i + 1] - shorter[i]);
            }
        }

        return result;
    }

    /// <summary>Writes an ordinary model into a folder.</summary>
    /// <param name="path">What diagnostics call the model.</param>
    /// <param name="main">The model.</param>
    /// <param name="folder">An empty folder.</param>
    /// <returns>The name of the main file.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static string Write(string path, ReadOnlySpan<byte> main, string folder)
    {
        var moved = Find(path, main, UsualAlignment);
        var known = new Dictionary<(uint Checksum, int Length), Tensor>();
        using (var data = new FileStream(Path.Combine(folder, UsualName), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            foreach (var tensor in moved.Tensors)
            {
                var elements = main.Slice(tensor.Start, tensor.Length);
                var key = (Crc32C.Of(elements), tensor.Length);
                var equal = known.TryGetValue(key, out var other) && main.Slice(other.Start, other.Length).SequenceEqual(elements) ? other : null;
                moved.Move(tensor, equal);
                if (equal is not null)
                    continue;
                known[key] = tensor;
                data.Position = tensor.Place;
                data.Write(elements);
            }
        }

        File.WriteAllBytes(Path.Combine(folder, DecodedModel.MainName), moved.Rewrite(main, UsualName));
        if (moved.Count == 0)
            File.Delete(Path.Combine(folder, UsualName));
        return DecodedModel.MainName;
    }

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        source.CopyTo(target);
        return source.Length;
    }

    /// <summary>How many tensors' elements lie before a place.</summary>
    private static int Before(List<Tensor> tensors, int place)
    {
        var (low, high) = (0, tensors.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = tensors[middle].Start < place ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Takes off a length, as wide as it was: parsers read varints with zeros at their end, and nothing around it has to move.</summary>
    private static void Shorten(Span<byte> prefix, int bytes)
    {
        var value = 0UL;
        for (var i = prefix.Length - 1; i >= 0; i--)
            value = (value << 7) | (prefix[i] & 0x7FUL);
        WriteVarint(prefix, value - (ulong)bytes);
    }

    private static void WriteVarint(Span<byte> target, ulong value)
    {
        for (var i = 0; i < target.Length; i++, value >>= 7)
            target[i] = (byte)((value & 0x7F) | (i + 1 < target.Length ? 0x80UL : 0));
    }

    /// <summary>
    /// Elements in one piece, as external data has them: raw, or numbers of a type of their own that are packed.
    /// </summary>
    private static bool TryFindElements(string path, ReadOnlySpan<byte> main, Tensor tensor)
    {
        var typed = tensor.ElementType is ElementType.Float or ElementType.Double && BitConverter.IsLittleEndian
            ? TensorData.FieldOf(tensor.ElementType) : FieldNumbers.Tensor.RawData;
        var (raws, others) = (0, 0);
        var reader = new WireReader(path, main, tensor.Message);
        while (reader.TryRead(out var field))
        {
            if (field is { Number: FieldNumbers.Tensor.DataLocation, IsVarint: true })
            {
                if (tensor.LocationStart > 0)
                    return false;
                (tensor.LocationStart, tensor.LocationLength) = (field.Start, field.Length);
            }

            var isRaw = TensorData.Holds(field, FieldNumbers.Tensor.RawData);
            if (!isRaw && !TensorData.Holds(field, typed))
                continue;
            raws += isRaw ? 1 : 0;
            others += isRaw ? 0 : 1;
            if (!field.IsLengthDelimited)
                return false;
            (tensor.FieldStart, tensor.Start, tensor.Length) = (field.TagOffset, field.Start, field.Length);
        }

        return raws + others == 1;
    }

    private void Take(FoundTensor found, Dictionary<WireMessage, Tensor> holders, Dictionary<string, Tensor> names)
    {
        var tensor = new Tensor(found);
        if (found is { IsSparse: false, Holder: { } holder } && !holders.TryAdd(holder, tensor))
            tensor.IsOneOfSeveral = holders[holder].IsOneOfSeveral = true;
        // Which of equal names counts, depends on where their elements are.
        if (!names.TryAdd(found.Path, tensor))
            tensor.IsOneOfSeveral = names[found.Path].IsOneOfSeveral = true;
        if (found is { Owner: not TensorOwner.Training, IsSparse: false, Header: { IsExternal: false, IsSegment: false, External.Count: 0 } }
            && found.Header.ElementType is not (ElementType.String or ElementType.Undefined))
            _tensors.Add(tensor);
    }

    /// <summary>A tensor that can be moved.</summary>
    public sealed class Tensor(FoundTensor found)
    {
        public WireMessage Message { get; } = found.Message;

        /// <summary>Of a tensor of the main graph: what nodes call it.</summary>
        public string Name { get; } = found.Path;

        public ElementType ElementType { get; } = found.Header.ElementType;

        public IReadOnlyList<long> Shape { get; } = found.Header.Shape;

        /// <summary>Where the field of its elements begins in the main file.</summary>
        public int FieldStart { get; set; }

        /// <summary>Where its elements begin in the main file.</summary>
        public int Start { get; set; }

        /// <summary>Bytes of its elements.</summary>
        public int Length { get; set; }

        public int FieldLength => Start + Length - FieldStart;

        public bool IsOfMainGraph { get; } = found.Owner is TensorOwner.MainGraph or TensorOwner.Constant;

        /// <summary>Whether it is one of several that a parser joins, or that have one name.</summary>
        public bool IsOneOfSeveral { get; set; }

        /// <summary>Where the value of a field begins that says that the elements are here; 0 if there is none.</summary>
        public int LocationStart { get; set; }

        /// <summary>Bytes of that value.</summary>
        public int LocationLength { get; set; }

        /// <summary>Where its elements begin in the external data; below 0 if they stay.</summary>
        public long Place { get; set; } = -1;

        public bool IsMoved => Place >= 0;
    }
}
