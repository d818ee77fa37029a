using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>
/// Adaptive models of 16 symbols, the magnitudes 0 … 14 and "larger". A model is its survival function: lane j holds the probability of a
/// symbol above j in units of 2^-15, so that one comparison finds a symbol and one blend learns it. Two models, found by different contexts, are
/// averaged.
/// </summary>
internal sealed class MagnitudeModels
{
    public const int ProbabilityBits = 15;
    public const int Escape = 15;

    private const int Symbols = 16;
    private const int ScaleModels = 2 * ScaleClass.Contexts;
    private const int Models = ScaleModels * (1 + Activity.Levels);
    // 1 / (2 ln 2): the mean magnitude of a logistic distribution is 2 ln 2 of its widths.
    private const double WidthOfMeanMagnitude = 0.72;
    // Rate makes the search prefer the smaller of two magnitudes that are about as near.
    private const double DeadZone = 0.2;
    private const short Certain = short.MaxValue;
    private const int SlowestShift = 7;

    private static readonly short[] _initial = InitialSurvival();
    private static readonly byte[] _shiftAfter = ShiftsAfter();

    private readonly short[] _survival = (short[])_initial.Clone();
    private readonly byte[] _uses = new byte[Models];

    /// <summary>4·(15 − j): no symbol is impossible.</summary>
    private static Vector256<short> Floor
    {
        // Not inlined unasked: so many arguments.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(60, 56, 52, 48, 44, 40, 36, 32, 28, 24, 20, 16, 12, 8, 4, 0);
    }

    private static Vector256<short> Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }

    /// <summary>The survival function that a model starts with.</summary>
    /// <param name="context">The context of the scale class.</param>
    /// <param name="quantizer">0 or 1.</param>
    public static ReadOnlySpan<short> Initial(int context, int quantizer) => _initial.AsSpan(Symbols * ((2 * context) + quantizer), Symbols);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ByScale(int context, int quantizer) => (2 * context) + quantizer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ByActivity(int context, int quantizer, int activity) =>
        ScaleModels + (2 * ((Activity.Levels * context) + activity)) + quantizer;

    public Reference Tables =>
        new(ref MemoryMarshal.GetArrayDataReference(_survival), ref MemoryMarshal.GetArrayDataReference(_uses),
            ref MemoryMarshal.GetArrayDataReference(_shiftAfter));

    private static byte[] ShiftsAfter()
    {
        var shifts = new byte[256];
        for (var n = 0; n < shifts.Length; n++)
            shifts[n] = (byte)(n < 8 ? 4 : n < 24 ? 5 : n < 60 ? 6 : SlowestShift);
        return shifts;
    }

    /// <summary>
    /// The logistic distribution, whose tails lie between those of the Gaussian and the Laplace distribution, with the mean magnitude of the scale
    /// class, between the decision thresholds of the quantizer.
    /// </summary>
    private static short[] InitialSurvival()
    {
        var survival = new short[Models * Symbols];
        for (var context = 0; context < ScaleClass.Contexts; context++)
        {
            var width = ScaleClass.Magnitude(context) * WidthOfMeanMagnitude;
            for (var quantizer = 0; quantizer < 2; quantizer++)
            {
                Fill(ByScale(context, quantizer), context, quantizer, width);
                for (var activity = 0; activity < Activity.Levels; activity++)
                    Fill(ByActivity(context, quantizer, activity), context, quantizer, width * Activity.Expected(activity));
            }
        }

        return survival;

        void Fill(int model, int context, int quantizer, double width)
        {
            for (var j = 0; j < Escape; j++)
            {
                var largest = ((j + 1) << ScaleClass.ShiftOf[context]) - 1;
                var threshold = Math.Max((2 * largest) + 1 - quantizer, 0.5) + DeadZone;
                var tail = DeterministicMath.ExpOfNonPositive(-threshold / width);
                survival[(model * Symbols) + j] = (short)(2 * Certain * tail / (1 + tail));
            }
        }
    }

    /// <summary>The models, with the bounds checks of arrays left out.</summary>
    public readonly ref struct Reference(ref short survival, ref byte uses, ref byte shiftAfter)
    {
        private readonly ref short _survival = ref survival;
        private readonly ref byte _uses = ref uses;
        private readonly ref byte _shiftAfter = ref shiftAfter;

        /// <summary>Finds the symbol of a number below 2^15, and learns it.</summary>
        /// <returns>The symbol's first number and how many it has.</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Decode(int first, int second, int number, ref ushort bounds, out uint start, out uint frequency)
        {
            ref var a = ref Survival(first);
            ref var b = ref Survival(second);
            var (va, vb) = (Vector256.LoadUnsafe(ref a), Vector256.LoadUnsafe(ref b));
            var mixed = Mix(va, vb);
            var above = Vector256.GreaterThan(mixed, Vector256.Create((short)number));
            var symbol = BitOperations.PopCount(above.AsByte().ExtractMostSignificantBits()) / 2;
            mixed.AsUInt16().StoreUnsafe(ref bounds, 1);
            uint upper = Unsafe.Add(ref bounds, symbol);
            start = Unsafe.Add(ref bounds, symbol + 1);
            frequency = upper - start;
            var target = above & Vector256.Create(Certain);
            Learn(ref a, va, target, first);
            Learn(ref b, vb, target, second);
            return symbol;
        }

        /// <summary>As <see cref="Decode"/>, for a symbol that is known.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Encode(int first, int second, int symbol, ref ushort bounds, out uint start, out uint frequency)
        {
            ref var a = ref Survival(first);
            ref var b = ref Survival(second);
            var (va, vb) = (Vector256.LoadUnsafe(ref a), Vector256.LoadUnsafe(ref b));
            Mix(va, vb).AsUInt16().StoreUnsafe(ref bounds, 1);
            uint upper = Unsafe.Add(ref bounds, symbol);
            start = Unsafe.Add(ref bounds, symbol + 1);
            frequency = upper - start;
            var target = Vector256.GreaterThan(Vector256.Create((short)symbol), Lanes) & Vector256.Create(Certain);
            Learn(ref a, va, target, first);
            Learn(ref b, vb, target, second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<short> Mix(Vector256<short> a, Vector256<short> b)
        {
            var mean = (a + b) >>> 1;
            return mean - (mean >>> 9) + Floor;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private ref short Survival(int model) => ref Unsafe.Add(ref _survival, Symbols * model);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Learn(ref short survival, Vector256<short> before, Vector256<short> target, int model)
        {
            ref var uses = ref Unsafe.Add(ref _uses, model);
            int shift = Unsafe.Add(ref _shiftAfter, uses);
            (before + ((target - before) >> shift)).StoreUnsafe(ref survival);
            uses = (byte)Math.Min(uses + 1, byte.MaxValue);
        }
    }
}
