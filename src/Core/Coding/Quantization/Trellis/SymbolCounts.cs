using CompressTasks.Coding.Quantization.Entropy;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>How often each symbol was chosen in each context: what rates are learnt from.</summary>
internal sealed class SymbolCounts
{
    private const int Symbols = 16;

    private readonly int[] _counts = new int[2 * ScaleClass.Contexts * Symbols];

    public ReadOnlySpan<int> Of(int context, int quantizer) => _counts.AsSpan(Symbols * ((2 * context) + quantizer), Symbols);

    public void CopyTo(SymbolCounts other) => _counts.CopyTo(other._counts, 0);

    /// <summary>Counts the indices of a lane.</summary>
    public void Add(ReadOnlySpan<int> indices, ReadOnlySpan<byte> classes)
    {
        var state = 0u;
        for (var i = 0; i < indices.Length; i++)
        {
            var magnitude = ((uint)Math.Abs(indices[i]) + 1) >> 1;
            int scaleClass = classes[i];
            var symbol = Math.Min(magnitude >> ScaleClass.ShiftOf[scaleClass], Symbols - 1);
            _counts[(Symbols * ((2 * ScaleClass.ContextOf[scaleClass]) + (int)TrellisCode.Quantizer(state))) + (int)symbol]++;
            state = TrellisCode.Next(state, magnitude);
        }
    }

    public void Clear() => Array.Clear(_counts);
}
