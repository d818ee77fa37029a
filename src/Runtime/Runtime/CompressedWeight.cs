using System.Globalization;
using CompressTasks.Artifacts;
using CompressTasks.Numerics;

namespace CompressTasks.Runtime;

/// <summary>One weight of a <see cref="CompressedModel"/>.</summary>
public sealed class CompressedWeight
{
    internal CompressedWeight(ArtifactEntry entry) => Entry = entry;

    /// <summary>Graph path and name.</summary>
    public string Path => Entry.Weight.Path;

    /// <summary>Element type, such as <c>float32</c>.</summary>
    public string Dtype => ((ElementType)Entry.Weight.ElementType).SpecName();

    /// <summary>Dimensions; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => Entry.Weight.Dims;

    /// <summary>Bytes of its values in the model.</summary>
    public int Bytes => Entry.Weight.PayloadLength;

    /// <summary>Bytes of its chunk in the artifact.</summary>
    public int CompressedBytes => Entry.Chunk.Length;

    /// <summary>The stack that coded it; <c>lossless</c> for a weight that is carried exactly.</summary>
    public string Stack => Entry.Weight.Stack;

    /// <summary>What it is and what it takes: <c>conv.weight: float32[64,3,7,7], 37632 bytes in 3120, quantize</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Path}: {Dtype}[{string.Join(',', Shape)}], {Bytes} bytes in {CompressedBytes}, {Stack}");

    internal ArtifactEntry Entry { get; }
}
