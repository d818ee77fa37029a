using CompressTasks.Numerics;
using CompressTasks.Outputs;

namespace CompressTasks.Calibration;

/// <summary>The patches that a convolution multiplies its kernels with: [C / groups, kernel…] values for each place and group.</summary>
/// <param name="Tensor">[N, C, …].</param>
/// <param name="Kernel">The lengths of the kernel, one for each spatial axis.</param>
/// <param name="Strides">As many.</param>
/// <param name="Dilations">As many.</param>
/// <param name="Pads">Those at the beginnings, then those at the ends; not used with <paramref name="AutoPad"/>.</param>
/// <param name="AutoPad"><c>SAME_UPPER</c>, <c>SAME_LOWER</c> or <c>VALID</c>; empty for <paramref name="Pads"/>.</param>
/// <param name="Groups">Into how many runs the channels fall.</param>
internal sealed record PatchInput(
    string Tensor, IReadOnlyList<int> Kernel, IReadOnlyList<int> Strides, IReadOnlyList<int> Dilations, IReadOnlyList<int> Pads, string AutoPad,
        int Groups) : LayerInput
{
    public override IReadOnlyList<string> Tensors => [Tensor];

    public override string Key => FormattableString.Invariant(
        $"{Tensor} patches {string.Join(',', Kernel)} by {string.Join(',', Strides)} over {string.Join(',', Dilations)} in {string.Join(',', Pads)} {AutoPad} of {Groups}");

    public override LayerInput Stacked(Func<string, string> nameOf) => this with { Tensor = nameOf(Tensor) };

    public override bool AddTo(IReadOnlyList<TensorValue> tensors, IReadOnlyList<SecondMoments> moments, InputSampling sampling)
    {
        var shape = tensors[0].Shape;

        // Iterations of a loop are like images.
        if (shape.Count == Kernel.Count + 3)
            shape = [shape[0] * shape[1], .. shape.Skip(2)];
        var size = Kernel.Aggregate(1, (product, length) => product * length);
        if (!tensors[0].Type.IsFloatingPoint() || shape.Count != Kernel.Count + 2 || shape[1] != (long)moments[0].Inputs / size * Groups)
            return false;
        var lengths = shape.Skip(2).Select(length => (int)length).ToArray();
        var (begins, places) = Places(lengths);
        if (places.Any(count => count < 1))
            return true;
        var plane = lengths.Aggregate(1, (product, length) => product * length);
        var channels = (int)shape[1] / Groups;
        var offsets = new int[size];
        var place = new int[places.Length];
        var perImage = places.Aggregate(1L, (product, length) => product * length);
        var scale = sampling.Scale(shape[0] * perImage);
        foreach (var index in sampling.Places(shape[0] * perImage))
        {
            var image = (int)(index / perImage);
            Find(index % perImage, places, place);
            Offsets(place, begins, lengths, offsets);
            for (var group = 0; group < Groups; group++)
            {
                var input = moments[group].Next();
                for (var channel = 0; channel < channels; channel++)
                {
                    var start = ((image * (int)shape[1]) + (group * channels) + channel) * plane;
                    for (var i = 0; i < size; i++)
                        input[(channel * size) + i] = offsets[i] < 0 ? 0 : scale * tensors[0].ValueAt(start + offsets[i]);
                }
            }
        }

        return true;
    }

    /// <summary>The padding before the first value of each axis, and the number of places along it (ONNX, Conv).</summary>
    private (int[] Begins, int[] Places) Places(int[] lengths)
    {
        var begins = new int[lengths.Length];
        var places = new int[lengths.Length];
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            var reach = ((Kernel[axis] - 1) * Dilations[axis]) + 1;
            if (AutoPad is "SAME_UPPER" or "SAME_LOWER")
            {
                places[axis] = (lengths[axis] + Strides[axis] - 1) / Strides[axis];
                var pad = Math.Max(0, ((places[axis] - 1) * Strides[axis]) + reach - lengths[axis]);
                begins[axis] = AutoPad == "SAME_UPPER" ? pad / 2 : pad - (pad / 2);
                continue;
            }

            var pads = AutoPad.Length == 0 ? Pads[axis] + Pads[axis + lengths.Length] : 0;
            begins[axis] = AutoPad.Length == 0 ? Pads[axis] : 0;
            places[axis] = ((lengths[axis] + pads - reach) / Strides[axis]) + 1;
            if (lengths[axis] + pads < reach)
                places[axis] = 0;
        }

        return (begins, places);
    }

    /// <summary>Where in a channel's plane the values under the kernel lie; −1 for padding.</summary>
    private void Offsets(int[] place, int[] begins, int[] lengths, int[] offsets)
    {
        Span<int> tap = stackalloc int[lengths.Length];
        tap.Clear();
        for (var i = 0; i < offsets.Length; i++)
        {
            var offset = 0;
            for (var axis = 0; axis < lengths.Length && offset >= 0; axis++)
            {
                var at = (place[axis] * Strides[axis]) - begins[axis] + (tap[axis] * Dilations[axis]);
                offset = at < 0 || at >= lengths[axis] ? -1 : (offset * lengths[axis]) + at;
            }

            offsets[i] = offset;
            for (var axis = lengths.Length - 1; axis >= 0 && ++tap[axis] == Kernel[axis]; axis--)
                tap[axis] = 0;
        }
    }

    /// <summary>The coordinates of a place, the last axis first.</summary>
    private static void Find(long index, int[] places, int[] place)
    {
        for (var axis = places.Length - 1; axis >= 0; axis--)
        {
            place[axis] = (int)(index % places[axis]);
            index /= places[axis];
        }
    }
}
