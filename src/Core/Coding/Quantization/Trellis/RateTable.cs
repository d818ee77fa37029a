using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Coding.Quantization.Entropy;

namespace CompressTasks.Coding.Quantization.Trellis;

/// <summary>What the magnitudes near a value cost in each scale class, in units of the squared step.</summary>
internal sealed class RateTable
{
    /// <summary>Positions at which the costs of a context are tabulated: the whole number of steps in a value.</summary>
    private const int Positions = 64;
    private const double PriorWeight = 24;

    private readonly SymbolCounts _counts = new();
    private readonly Vector128<float>[] _near = new Vector128<float>[ScaleClass.Contexts * Positions];
    private readonly Vector128<float>[] _zero = new Vector128<float>[ScaleClass.Contexts];
    private double _lambda;

    /// <param name="lambda">The squared steps that a bit is worth.</param>
    public RateTable(double lambda)
    {
        _lambda = lambda;
        Tabulate();
    }

    public double Lambda
    {
        get => _lambda;
        set
        {
            if (value == _lambda)
                return;
            _lambda = value;
            Tabulate();
        }
    }

    /// <summary>The costs of the four magnitudes around a value: (quantizer, parity) = (0,0), (0,1), (1,0), (1,1).</summary>
    public ref Vector128<float> Near => ref MemoryMarshal.GetArrayDataReference(_near);

    /// <summary>The costs of zero in the same order, infinite where the parity is odd.</summary>
    public ref Vector128<float> Zero => ref MemoryMarshal.GetArrayDataReference(_zero);

    public static int Row(int context) => Positions * context;

    /// <summary>The position of a value in the rows of a context.</summary>
    public static int Position(int steps, int shift) => Math.Min(steps >> Math.Max(0, shift - 1), Positions - 1);

    /// <summary>Sets the costs to those of the symbols that were chosen.</summary>
    public void Learn(SymbolCounts counts)
    {
        counts.CopyTo(_counts);
        Tabulate();
    }

    private void Tabulate()
    {
        Span<float> rates = stackalloc float[2 * 16];
        for (var context = 0; context < ScaleClass.Contexts; context++)
        {
            for (var quantizer = 0; quantizer < 2; quantizer++)
                SymbolRates(context, quantizer, _counts.Of(context, quantizer), rates.Slice(16 * quantizer, 16));
            var shift = ScaleClass.ShiftOf[context];
            _zero[context] = Vector128.Create(rates[0], float.PositiveInfinity, rates[16], float.PositiveInfinity);
            for (var position = 0; position < Positions; position++)
            {
                _near[Row(context) + position] = Vector128.Create(
                    Rate(rates[..16], TrellisSearch.MagnitudeNear(position, 0, 0), shift),
                    Rate(rates[..16], TrellisSearch.MagnitudeNear(position, 0, 1), shift),
                    Rate(rates[16..], TrellisSearch.MagnitudeNear(position, 1, 0), shift),
                    Rate(rates[16..], TrellisSearch.MagnitudeNear(position, 1, 1), shift));
            }
        }
    }

    private float Rate(ReadOnlySpan<float> rates, int magnitude, int shift)
    {
        var symbol = magnitude >> shift;
        var bits = magnitude == 0 ? 0 : 1;
        if (symbol >= MagnitudeModels.Escape)
        {
            bits += (2 * BitOperations.Log2((uint)(symbol - MagnitudeModels.Escape + 1))) + 1;
            symbol = MagnitudeModels.Escape;
        }

        return rates[symbol] + (float)(Lambda * bits);
    }

    private void SymbolRates(int context, int quantizer, ReadOnlySpan<int> counts, Span<float> rates)
    {
        var prior = MagnitudeModels.Initial(context, quantizer);
        var total = PriorWeight;
        foreach (var count in counts)
            total += count;
        var above = 32768;
        for (var symbol = 0; symbol < 16; symbol++)
        {
            var floor = 4 * (15 - symbol);
            var next = symbol == 15 ? 0 : prior[symbol] - (prior[symbol] >> 9) + floor;
            var weight = counts[symbol] + (PriorWeight * (above - next) / 32768);
            rates[symbol] = (float)(Lambda * Information.Bits(weight / total));
            above = next;
        }
    }
}
