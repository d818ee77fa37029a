using CompressTasks.IO;
using CompressTasks.Onnx.Wire;

namespace CompressTasks.Onnx;

/// <summary>A model without the payloads of some weights: the skeleton, and where the payloads go.</summary>
internal sealed class ModelImage
{
    private readonly OpenedFile _file;
    private readonly List<MessageEditor.Segment> _segments;

    private ModelImage(OpenedFile file, List<MessageEditor.Segment> segments, ModelLayout layout, IReadOnlyList<OnnxWeight> weights)
    {
        _file = file;
        _segments = segments;
        Layout = layout;
        Weights = weights;
    }

    /// <summary>The files of the restored model, and its holes.</summary>
    public ModelLayout Layout { get; }

    /// <summary>
    /// The weight that fills each of the layout's holes. Weights in the same external place have one hole, and the first of them is here.
    /// </summary>
    public IReadOnlyList<OnnxWeight> Weights { get; }

    /// <summary>Writes the main file's bytes with the holes left out: <see cref="ModelLayout.SkeletonLength"/> bytes.</summary>
    public void WriteSkeleton(Stream destination) => MessageEditor.Write(_file, _segments, destination);

    internal static ModelImage Create(OpenedFile file, IReadOnlyList<ModelFile> files, IReadOnlyCollection<OnnxWeight> weights)
    {
        var embedded = weights.Where(weight => weight.File == 0).ToList();
        var edits = embedded.SelectMany(weight => weight.IsContiguous ? [PayloadEdits.InPlace(weight)] : PayloadEdits.AsRawData(file, weight));
        var segments = MessageEditor.Apply((int)file.Length, edits);

        var holes = new List<Hole>();
        var owners = new List<OnnxWeight>();
        var length = 0L;
        foreach (var segment in segments)
        {
            if (segment.Weight is { } owner)
            {
                holes.Add(new Hole(0, length, segment.Length));
                owners.Add(owner);
            }

            length += segment.Length;
        }

        // Stable sorts: of several weights in one place, the first in the file comes first.
        var external = weights.Where(weight => weight.File > 0).OrderBy(weight => weight.Message.Start)
            .DistinctBy(weight => (weight.File, weight.Offset)).OrderBy(weight => weight.File).ThenBy(weight => weight.Offset);
        foreach (var weight in external)
        {
            holes.Add(new Hole(weight.File, weight.Offset, (int)weight.PayloadBytes));
            owners.Add(weight);
        }

        var layout = new ModelLayout(file.Path, [files[0] with { Length = length }, .. files.Skip(1)], holes);
        return new ModelImage(file, segments, layout, owners);
    }
}
