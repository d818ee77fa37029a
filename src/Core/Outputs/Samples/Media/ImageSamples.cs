using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples.Media;

/// <summary>Pictures as samples, one for each.</summary>
internal sealed class ImageSamples : ISampleSource
{
    private readonly MediaInputs _inputs;
    private readonly MediaFiles _files;
    private readonly ImageTensor _tensor;

    /// <summary>Of one picture, without the batch.</summary>
    private readonly IReadOnlyList<long> _shape;

    private ImageSamples(ImageSamplesSpec spec, MediaInputs inputs, MediaFiles files, ImageTensor tensor, IReadOnlyList<long> shape)
    {
        (_inputs, _files, _tensor, _shape) = (inputs, files, tensor, shape);
        Summary = new("images", spec.Pattern, files.Sha256(), files.Paths.Count);
    }

    public SampleSourceSummary Summary { get; }

    public IReadOnlyList<string> Files => _files.Paths;

    /// <summary>Whether the input has an axis for the batch.</summary>
    private bool HasBatch => _inputs.Input.Shape.Count > _shape.Count;

    /// <param name="spec">Says which pictures, and how they become tensors.</param>
    /// <param name="folder">What paths are relative to.</param>
    /// <param name="inputs">The model's.</param>
    /// <param name="decoder">Null where the program has none.</param>
    /// <exception cref="CompressException">CT1502, CT1505, CT1540 to CT1545: there are no such pictures, or they do not fit.</exception>
    public static ImageSamples Open(ImageSamplesSpec spec, string folder, IReadOnlyList<ModelInput> inputs, IImageDecoder? decoder)
    {
        if (decoder is null)
            throw MediaDiagnostics.NoDecoder(spec.At);
        if (spec.Sequence is not null)
            throw MediaDiagnostics.NoSequence(spec.At);
        if (spec.Size.Count > 2)
            throw MediaDiagnostics.WrongSize(spec.Size.Count, spec.At);
        var chosen = MediaInputs.Resolve(spec, inputs);
        var channels = ImageTensor.ChannelsOf(spec.Color);
        foreach (var (key, numbers) in (ReadOnlySpan<(string, IReadOnlyList<double>)>)[("mean", spec.Mean), ("std", spec.Std)])
        {
            if (numbers.Count != 1 && numbers.Count != channels)
                throw MediaDiagnostics.WrongCount(key, numbers.Count, channels, spec.At);
        }

        var (layout, shape) = Shape(spec, chosen.Input, channels);
        var (height, width) = layout == ImageLayout.Nchw ? ((int)shape[1], (int)shape[2]) : ((int)shape[0], (int)shape[1]);
        if (spec.Shorter < Math.Max(height, width))
            throw MediaDiagnostics.WrongPicture(chosen.Input, FormattableString.Invariant($"\"shorter\" is {spec.Shorter}"),
                FormattableString.Invariant($"{height} × {width} cannot be cut out of that, so give at least {Math.Max(height, width)}"), spec.At);
        var frame = new ImageFrame(width, height, spec.Resize, spec.Shorter, spec.Padding);
        var scale = spec.Scale ?? (chosen.Input.Type.IsWholeNumber() ? 1 : 1 / 255d);
        var tensor = new ImageTensor(chosen.Input.Type, layout, spec.Color, scale, spec.Mean, spec.Std);
        return new(spec, chosen, new(spec, folder, path => frame.Fill(decoder.Read(path, frame.Resized))), tensor, shape);
    }

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun)
    {
        var isBatchable = _inputs.IsBatchable && HasBatch && _inputs.Input.Shape[0] < 0;
        for (var done = 0; done < _files.Paths.Count;)
        {
            var count = isBatchable ? Math.Clamp(samplesPerRun(), 1, _files.Paths.Count - done) : 1;
            var elements = Enumerable.Range(done, count).SelectMany(file => _tensor.Elements(_files.Read<byte[]>(file))).ToArray();
            var value = new TensorValue(_inputs.Input.Name, _inputs.Input.Type, HasBatch ? [count, .. _shape] : _shape, elements);
            yield return SampleSequence.Of([value, .. _inputs.Constants]) with { File = count == 1 ? _files.Shown(done) : null };
            done += count;
        }
    }

    /// <summary>The layout, and the shape of one picture.</summary>
    private static (ImageLayout Layout, IReadOnlyList<long> Shape) Shape(ImageSamplesSpec spec, ModelInput input, int channels)
    {
        if (input.Shape.Count is not (3 or 4))
            throw MediaDiagnostics.WrongPicture(input, "pictures have three axes, or four with the batch", "write an .npz by SampleWriter", spec.At);
        if (input.Shape.Count == 4 && input.Shape[0] > 1)
            throw MediaDiagnostics.WrongPicture(input, "pictures come one by one", "for a fixed batch write an .npz by SampleWriter", spec.At);
        IReadOnlyList<long> axes = [.. input.Shape.Skip(input.Shape.Count - 3)];
        var layout = spec.Layout ?? (axes[0] == channels || axes[2] != channels ? ImageLayout.Nchw : ImageLayout.Nhwc);
        var (height, width) = layout == ImageLayout.Nchw ? (axes[1], axes[2]) : (axes[0], axes[1]);
        if (spec.Size is [var first, ..])
            (height, width) = (first, spec.Size[^1]);
        if (height < 0 || width < 0)
            throw MediaDiagnostics.WrongPicture(input, "no height and width can be told from it", "say size: [height, width]", spec.At);
        IReadOnlyList<long> shape = layout == ImageLayout.Nchw ? [channels, height, width] : [height, width, channels];
        return axes.Zip(shape).All(axis => axis.First < 0 || axis.First == axis.Second)
            ? (layout, shape)
            : throw MediaDiagnostics.WrongPicture(input, $"the pictures become [{SampleDiagnostics.Shape(shape)}]",
                "correct \"size\", \"color\" or \"layout\"", spec.At);
    }
}
