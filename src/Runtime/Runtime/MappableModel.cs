using System.Runtime.InteropServices;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.External;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Runtime;

/// <summary>
/// Writes a decoded model so that ONNX Runtime maps its weights from a file in place of copying them: large tensors go to a file of external data,
/// each at the beginning of a page, equal ones once. A model that has external data of its own keeps its layout.
/// </summary>
internal static class MappableModel
{
    /// <summary>Smaller tensors stay in the main file: a page of their own would waste more than a copy takes, and shapes are read from there.</summary>
    private const int SmallestMapped = 4096;

    private const string DataName = "model.data";

    /// <summary>Windows maps files from multiples of 64 KiB only.</summary>
    private static int Alignment => OperatingSystem.IsWindows() ? 65536 : 4096;

    /// <param name="model">The decoded model.</param>
    /// <param name="folder">An empty folder.</param>
    /// <returns>The name of the main file.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="Diagnostics.CompressException">The model is damaged.</exception>
    public static string Write(DecodedModel model, string folder) =>
        model.Externals.Count == 0 ? Write(model.Layout.Path, model.Main, folder) : model.WriteTo(folder);

    /// <summary>Writes a model that is one file.</summary>
    /// <inheritdoc cref="Write(DecodedModel, string)"/>
    /// <param name="path">What diagnostics call the model.</param>
    /// <param name="main">The file.</param>
    /// <param name="folder">An empty folder.</param>
    public static string Write(string path, ReadOnlySpan<byte> main, string folder)
    {
        const string MainName = "model.onnx";
        var edits = new List<MessageEdit>();
        using (var data = new FileStream(Path.Combine(folder, DataName), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            var places = new Dictionary<(uint Check, int Length), (long Offset, int Start)>();
            foreach (var tensor in Mapped(path, main))
            {
                var field = tensor.Header.RawData!.Value;
                edits.AddRange(Refer(path, main, tensor.Message, Place(data, places, main, field.Start, field.Length), field.Length));
            }
        }

        using (var file = File.Create(Path.Combine(folder, MainName)))
        {
            foreach (var segment in MessageEditor.Apply(main.Length, edits))
                file.Write(segment.Literal ?? main.Slice(segment.Offset, segment.Length));
        }

        if (edits.Count == 0)
            File.Delete(Path.Combine(folder, DataName));
        return MainName;
    }

    /// <summary>The tensors that can be mapped. Those written in several parts, which a parser joins, stay as they are.</summary>
    private static IEnumerable<FoundTensor> Mapped(string path, ReadOnlySpan<byte> main)
    {
        var found = new List<FoundTensor>();
        var parts = new Dictionary<(WireMessage Holder, string Path), int>();
        TensorWalker.Walk(path, main, tensor =>
        {
            if (tensor.Holder is { } holder)
                CollectionsMarshal.GetValueRefOrAddDefault(parts, (holder, tensor.Path), out _)++;
            if (tensor is { Owner: not TensorOwner.Training, IsSparse: false, Header: { IsExternal: false, IsSegment: false, External.Count: 0 } }
                && tensor.Header.ElementType != ElementType.String && tensor.Header.RawData is { Length: >= SmallestMapped })
                found.Add(tensor);
        });
        return found.Where(tensor => tensor.Holder is not { } holder || parts[(holder, tensor.Path)] == 1);
    }

    /// <summary>Where a payload lies in the data file, to which it is written unless it is there.</summary>
    private static long Place(FileStream data, Dictionary<(uint Check, int Length), (long Offset, int Start)> places, ReadOnlySpan<byte> main,
        int start, int length)
    {
        var payload = main.Slice(start, length);
        var key = (Artifacts.Crc32C.Of(payload), length);
        if (places.TryGetValue(key, out var known) && main.Slice(known.Start, length).SequenceEqual(payload))
            return known.Offset;
        var offset = (data.Length + Alignment - 1) / Alignment * Alignment;
        data.Position = offset;
        data.Write(payload);
        places[key] = (offset, start);
        return offset;
    }

    private static IEnumerable<MessageEdit> Refer(string path, ReadOnlySpan<byte> main, WireMessage tensor, long offset, int length)
    {
        var reference = ExternalReference.ToFields(DataName, offset, length);
        var edits = new List<MessageEdit>();
        var reader = new WireReader(path, main, tensor);
        while (reader.TryRead(out var field))
        {
            // What a parser would keep is the last; empty ones before it go as well.
            if (TensorData.Holds(field, FieldNumbers.Tensor.RawData))
                edits.Add(new(tensor, field.TagOffset, field.End - field.TagOffset, edits.Count == 0 ? reference : [], null));
        }

        return edits;
    }
}
