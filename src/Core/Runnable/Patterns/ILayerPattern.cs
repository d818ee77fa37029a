using CompressTasks.Spec;

namespace CompressTasks.Runnable.Patterns;

/// <summary>How a kind of layer computes with integers, in nodes that ONNX Runtime fuses.</summary>
internal interface ILayerPattern
{
    /// <summary>The operator that does the work, as reports name it.</summary>
    string Name { get; }

    /// <summary>Whether it is for such a layer, with such options.</summary>
    bool IsFor(LayerUse use, IntegerSpec options);

    /// <summary>Why it does not fit the layer; null when it does.</summary>
    string? Hindrance(LayerUse use, IReadOnlyList<long> shape, GraphIndex graph);

    /// <summary>How the weight is stored.</summary>
    WeightStore Store(LayerUse use, IReadOnlyList<long> shape, IntegerSpec options);

    /// <summary>Puts the pattern in the place of the layer.</summary>
    /// <param name="use">The layer.</param>
    /// <param name="weight">What its weight is stored as.</param>
    /// <param name="edits">Takes the nodes.</param>
    void Rewrite(LayerUse use, StoredWeight weight, GraphEdits edits);
}
