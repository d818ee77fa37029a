using System.Globalization;
using CompressTasks.IO;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx.External;

/// <summary>
/// External data laid out anew, so that each tensor begins at a multiple of some alignment: a reader can then map it from the file instead of copying
/// it. The files keep their names, and their tensors the order; gaps between them are as small as the alignment allows.
/// </summary>
internal sealed class ExternalDataLayout
{
    // A new entry has 34 bytes at most; the rest is for lengths around it that take a byte more.
    private const int MostGrowth = 64;

    private readonly ModelLayout _original;
    private readonly Dictionary<(int File, long Offset), long> _offsets = [];

    /// <param name="original">Where the data lay in the original.</param>
    /// <param name="alignment">Bytes, 1 or more.</param>
    public ExternalDataLayout(ModelLayout original, int alignment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(alignment, 1);
        _original = original;
        var lengths = new long[original.Files.Count];
        var holes = new List<Hole>();
        foreach (var hole in original.Holes)
        {
            if (hole.File == 0)
            {
                holes.Add(hole);
                continue;
            }

            var offset = (lengths[hole.File] + alignment - 1) / alignment * alignment;
            _offsets.Add((hole.File, hole.Offset), offset);
            lengths[hole.File] = offset + hole.Length;
            holes.Add(new Hole(hole.File, offset, hole.Length));
        }

        Layout = new ModelLayout(original.Path,
            [original.Files[0], .. original.Files.Skip(1).Zip(lengths.Skip(1), (file, length) => file with { Length = length })], holes);
    }

    /// <summary>The original's main file, and the external data in its new places.</summary>
    public ModelLayout Layout { get; }

    /// <summary>Copies a main file, with the offsets of its external data changed to the new ones and everything else as it is.</summary>
    /// <exception cref="Diagnostics.CompressException">The file is damaged, or becomes too long.</exception>
    public void Rewrite(OpenedFile main, Stream destination)
    {
        main.Load(LargePayloads.Find(main));
        var indices = _original.Files.Index().Skip(1).ToDictionary(file => file.Item.Name, file => file.Index, StringComparer.Ordinal);
        var edits = new List<MessageEdit>();
        foreach (var tensor in ExternalTensor.Find(_original.Path, main.Bytes))
        {
            if (tensor.Location is not { } location || !indices.TryGetValue(ExternalLocation.Normalize(_original.Path, location), out var file))
                continue;

            // A tensor without a payload may have said anything; at the beginning it is within every file.
            var given = 0L;
            if (tensor.Offset is { } text && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out given))
                throw ModelDiagnostics.BadLayout(_original.Path, $"a tensor in '{location}' has the offset '{text}'");
            var offset = _offsets.GetValueOrDefault((file, given));
            if (offset != given)
                edits.AddRange(Replace(tensor, offset));
        }

        var longest = main.Length + (MostGrowth * (long)edits.Count);
        if (longest > Array.MaxLength)
            throw ModelDiagnostics.TooLarge(_original.Files[0].Name, longest);
        MessageEditor.Write(main, MessageEditor.Apply((int)main.Length, edits), destination);
    }

    private static IEnumerable<MessageEdit> Replace(ExternalTensor tensor, long offset)
    {
        var field = new ExternalDataEntry("offset", offset.ToString(CultureInfo.InvariantCulture)).ToField();
        return tensor.OffsetFields.Count == 0
            ? [new MessageEdit(tensor.Message, tensor.Message.End, 0, field, null)]
            : tensor.OffsetFields.Select((old, index) =>
                new MessageEdit(tensor.Message, old.TagOffset, old.End - old.TagOffset, index == 0 ? field : [], null));
    }
}
