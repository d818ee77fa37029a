namespace CompressTasks.Compression.Layers;

/// <summary>As what the weight of a layer is stored.</summary>
internal enum LayerForm
{
    /// <summary>As it was.</summary>
    Float32,

    /// <summary>Computed with in float32 all the same.</summary>
    Float16,

    /// <summary>8 bits per channel; the inputs of the layer become integers as well.</summary>
    Integer8,

    /// <summary>The same, with a range for each row of the inputs.</summary>
    Integer8PerToken,

    /// <summary>8 bits per channel, and what is lost of the inputs becomes integers once more: twice the products.</summary>
    Integer8Residual,

    /// <summary>4 bits in blocks.</summary>
    Integer4,
}

/// <summary>The words of reports.</summary>
internal static class LayerForms
{
    public static string Word(this LayerForm form) => form switch
    {
        LayerForm.Float32 => "float32",
        LayerForm.Float16 => "float16",
        LayerForm.Integer8 => "8 bits",
        LayerForm.Integer8PerToken => "8 bits, activations per token",
        LayerForm.Integer8Residual => "8 bits, residual activations",
        _ => "4 bits",
    };
}
