using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Lossless.Floats;

/// <summary>
/// Models of 16 symbols that count. The probabilities are those of the counts at the last of some points that lie ever further apart, so that
/// learning costs next to nothing and a distribution that does not change is known ever better: for tens of thousands of numbers that pays more than
/// the quick forgetting of <see cref="Quantization.Entropy.MagnitudeModels"/>.
/// </summary>
internal sealed class FloatModels
{
    public const int ProbabilityBits = 15;
    public const int Symbols = 16;

    /// <summary>The symbol of a level that is not in the window.</summary>
    public const int Escape = 15;

    /// <summary>One model for every class of the row and of the column.</summary>
    public const int FirstOfLevel = 0;

    /// <summary>One model for every class of both together.</summary>
    public const int FirstOfSum = FirstOfLevel + (ExpectedLevel.Classes * ExpectedLevel.Classes);

    /// <summary>The first bits of the fraction, one model for every symbol of the level.</summary>
    public const int FirstOfFraction = FirstOfSum + ExpectedLevel.FineClasses;

    /// <summary>The three digits of a level outside of the window, with one model, one for each first digit, one for each first and second.</summary>
    public const int FirstOfDigits = FirstOfFraction + Symbols;

    private const int Models = FirstOfDigits + 1 + 16 + 256;

    /// <summary>What a use counts; the counts that a model starts with are in the same unit.</summary>
    private const int Use = 32;
    private const int LargestTotal = 4096 * Use;
    private const int LargestInterval = 256;

    /// <summary>No symbol is impossible.</summary>
    private const int Floor = 2;

    private static readonly int[] _initialCounts = InitialCounts();
    private static readonly short[] _initialSurvival = InitialSurvival();

    private readonly int[] _counts = (int[])_initialCounts.Clone();
    private readonly short[] _survival = (short[])_initialSurvival.Clone();
    private readonly (int Uses, int Due)[] _schedule = new (int, int)[Models];

    /// <summary>Finds the symbol of a number below 2^15 by the average of two models, and learns it.</summary>
    /// <returns>The symbol, its first number, and how many it has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Decode(int first, int second, int number, ref ushort bounds, out uint start, out uint frequency)
    {
        var symbol = Find(Survival(first, second), number, ref bounds, out start, out frequency);
        Learn(first, symbol);
        Learn(second, symbol);
        return symbol;
    }

    /// <summary>As above, with one model.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Decode(int model, int number, ref ushort bounds, out uint start, out uint frequency)
    {
        var symbol = Find(Survival(model), number, ref bounds, out start, out frequency);
        Learn(model, symbol);
        return symbol;
    }

    /// <summary>The interval of a symbol, which is learnt.</summary>
    public (uint Start, uint Frequency) Encode(int first, int second, int symbol)
    {
        var survival = Survival(first, second);
        Learn(first, symbol);
        Learn(second, symbol);
        return Interval(survival, symbol);
    }

    /// <summary>As above, with one model.</summary>
    public (uint Start, uint Frequency) Encode(int model, int symbol)
    {
        var survival = Survival(model);
        Learn(model, symbol);
        return Interval(survival, symbol);
    }

    private static (uint Start, uint Frequency) Interval(Vector256<short> survival, int symbol)
    {
        var upper = symbol == 0 ? 1u << ProbabilityBits : (uint)survival[symbol - 1];
        var start = (uint)survival[symbol];
        return (start, upper - start);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Find(Vector256<short> survival, int number, ref ushort bounds, out uint start, out uint frequency)
    {
        var above = Vector256.GreaterThan(survival, Vector256.Create((short)number));
        var symbol = BitOperations.PopCount(above.AsByte().ExtractMostSignificantBits()) / 2;
        survival.AsUInt16().StoreUnsafe(ref bounds, 1);
        start = Unsafe.Add(ref bounds, symbol + 1);
        frequency = Unsafe.Add(ref bounds, symbol) - start;
        return symbol;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<short> Survival(int model) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_survival), (nuint)(Symbols * model));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<short> Survival(int first, int second) => (Survival(first) + Survival(second)) >>> 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Learn(int model, int symbol)
    {
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_counts), (Symbols * model) + symbol) += Use;
        ref var schedule = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_schedule), model);
        if (++schedule.Uses > schedule.Due)
            Update(model, ref schedule);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Update(int model, ref (int Uses, int Due) schedule)
    {
        schedule.Due = schedule.Uses + Math.Min(schedule.Uses / 4, LargestInterval);
        Tabulate(_counts.AsSpan(Symbols * model, Symbols), _survival.AsSpan(Symbols * model, Symbols));
    }

    /// <summary>Probabilities from counts, which are halved when there are many.</summary>
    private static void Tabulate(Span<int> counts, Span<short> survival)
    {
        var total = 0;
        foreach (var count in counts)
            total += count;
        var scale = ((ulong)((1 << ProbabilityBits) - (Symbols * Floor)) << 32) / (uint)total;
        ulong above = 0;
        for (var j = Symbols - 1; j > 0; j--)
        {
            above += (uint)counts[j];
            survival[j - 1] = (short)((int)((above * scale) >> 32) + (Floor * (Symbols - j)));
        }

        survival[Symbols - 1] = 0;
        for (var j = 0; j < Symbols && total > LargestTotal; j++)
            counts[j] = (counts[j] + 1) / 2;
    }

    private static int[] InitialCounts()
    {
        const int ofLevel = 8 * Use;
        const int ofFraction = 128 * Use / Symbols;
        const int ofDigits = 8 * Use / Symbols;
        var counts = new int[Models * Symbols];
        for (var row = 0; row < ExpectedLevel.Classes; row++)
        {
            for (var column = 0; column < ExpectedLevel.Classes; column++)
                Fill(FirstOfLevel + (ExpectedLevel.Classes * row) + column, (ExpectedLevel.Middle(row) + ExpectedLevel.Middle(column)) / 2);
        }

        for (var fine = 0; fine < ExpectedLevel.FineClasses; fine++)
            Fill(FirstOfSum + fine, ExpectedLevel.FineMiddle(fine));
        for (var i = Symbols * FirstOfFraction; i < Symbols * (FirstOfFraction + Symbols); i++)
            counts[i] = ofFraction;
        for (var i = Symbols * FirstOfDigits; i < counts.Length; i++)
            counts[i] = ofDigits;
        return counts;

        // Magnitudes are exponentially distributed; the mean of their logarithms is that of the class.
        void Fill(int model, double octaves)
        {
            const double ln2 = 0.6931471805599453;
            const double offset = 1.833;
            var before = 1.0;
            for (var j = 0; j < Symbols; j++)
            {
                var threshold = 16777216 * DeterministicMath.ExpOfNonPositive(Math.Min(octaves - j - offset - 24, 0) * ln2);
                var smaller = j == Escape ? 0 : 1 - DeterministicMath.ExpOfNonPositive(-threshold);
                counts[(model * Symbols) + j] = (int)((ofLevel * (before - smaller)) + 0.5) + 1;
                before = smaller;
            }
        }
    }

    private static short[] InitialSurvival()
    {
        var counts = (int[])_initialCounts.Clone();
        var survival = new short[counts.Length];
        for (var start = 0; start < counts.Length; start += Symbols)
            Tabulate(counts.AsSpan(start, Symbols), survival.AsSpan(start, Symbols));
        return survival;
    }
}
