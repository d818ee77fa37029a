using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>
/// Adaptive models of 16 symbols, the magnitudes 0 … 14 and "larger". A model is its survival function: lane j holds the probability of a
/// symbol above j in units of 2^-15, so that one comparison finds a symbol and one blend learns it. Two models, found by different contexts, are
/// averaged. All of it is one block, which must not move: one register is enough to find what is in it.
/// </summary>
internal unsafe struct MagnitudeModels
{
    public const int ProbabilityBits = 15;
    public const int Escape = 15;

    /// <summary>The bounds between symbols, and those on both sides.</summary>
    public const int Bounds = Symbols + 1;

    /// <summary>Bytes of a model, and what all of them should begin at a multiple of.</summary>
    public const int Size = 64;

    private const int Symbols = 16;
    private const int UsesAt = Symbols * sizeof(short);
    private const int ScaleModels = 2 * ScaleClass.Contexts;
    private const int Models = ScaleModels * (1 + Activity.Levels);
    // 1 / (2 ln 2): the mean magnitude of a logistic distribution is 2 ln 2 of its widths.
    private const double WidthOfMeanMagnitude = 0.72;
    // Rate makes the search prefer the smaller of two magnitudes that are about as near.
    private const double DeadZone = 0.2;
    private const short Certain = short.MaxValue;

    /// <summary>From here on a model learns equally slowly, and is not counted for.</summary>
    private const int MostUses = 60;

    private static readonly short[] _initial = InitialSurvival();
    private static readonly MagnitudeModels _fresh = Untaught();

    // The survival function of each, and how often it has learnt: in a line of a cache of its own.
    private fixed byte _models[Models * Size];
    private fixed int _shiftAfter[MostUses + 1];

    /// <summary>All models as they are before the first symbol.</summary>
    public static ref readonly MagnitudeModels Fresh => ref _fresh;

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

    /// <summary>The place of a model that the scale class has chosen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ByScale(int context, int quantizer) => Size * ((2 * context) + quantizer);

    /// <summary>The place of a model that the scale class and the indices before have chosen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ByActivity(int context, int quantizer, int activity) =>
        Size * (ScaleModels + (2 * Activity.Levels * context) + (2 * activity) + quantizer);

    private static MagnitudeModels Untaught()
    {
        MagnitudeModels models = default;
        for (var i = 0; i < _initial.Length; i++)
            *(short*)(models._models + (i / Symbols * Size) + (i % Symbols * sizeof(short))) = _initial[i];
        for (var n = 0; n <= MostUses; n++)
            models._shiftAfter[n] = n < 8 ? 4 : n < 24 ? 5 : n < MostUses ? 6 : 7;
        return models;
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
                Fill(ByScale(context, quantizer) / Size, context, quantizer, width);
                for (var activity = 0; activity < Activity.Levels; activity++)
                    Fill(ByActivity(context, quantizer, activity) / Size, context, quantizer, width * Activity.Expected(activity));
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

    /// <summary>Finds the symbol of a number below 2^15, and learns it.</summary>
    /// <param name="models">The models.</param>
    /// <param name="first">The place of one of <see cref="ByScale"/>.</param>
    /// <param name="second">The place of one of <see cref="ByActivity"/>.</param>
    /// <param name="number">The number.</param>
    /// <param name="bounds">2^15, and 16 more to be overwritten.</param>
    /// <param name="start">The symbol's first number.</param>
    /// <param name="frequency">How many it has.</param>
    /// <returns>The symbol.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Decode(MagnitudeModels* models, uint first, uint second, ulong number, ushort* bounds, out ulong start, out ulong frequency)
    {
        var a = models->_models + first;
        var b = models->_models + second;
        var (va, vb) = (Vector256.LoadUnsafe(ref *(short*)a), Vector256.LoadUnsafe(ref *(short*)b));
        var mixed = Mix(va, vb);
        var above = Vector256.GreaterThan(mixed, Vector256.Create((short)number));
        var twice = (uint)BitOperations.PopCount(above.AsByte().ExtractMostSignificantBits());
        // Two loads of 16 bits: one of 32 would be of two stores where the symbol is 0, which a processor waits for.
        mixed.StoreUnsafe(ref *((short*)bounds + 1));
        start = *(ushort*)((byte*)bounds + twice + sizeof(ushort));
        frequency = *(ushort*)((byte*)bounds + twice) - start;
        var target = above & Vector256.Create(Certain);
        Learn(models, a, va, target);
        Learn(models, b, vb, target);
        return twice / 2;
    }

    /// <summary>As <see cref="Decode"/>, for a symbol that is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encode(MagnitudeModels* models, uint first, uint second, uint symbol, ushort* bounds, out uint start, out uint frequency)
    {
        var a = models->_models + first;
        var b = models->_models + second;
        var (va, vb) = (Vector256.LoadUnsafe(ref *(short*)a), Vector256.LoadUnsafe(ref *(short*)b));
        Mix(va, vb).StoreUnsafe(ref *((short*)bounds + 1));
        start = bounds[symbol + 1];
        frequency = bounds[symbol] - start;
        var target = Vector256.GreaterThan(Vector256.Create((short)symbol), Lanes) & Vector256.Create(Certain);
        Learn(models, a, va, target);
        Learn(models, b, vb, target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Mix(Vector256<short> a, Vector256<short> b)
    {
        var mean = (a + b) >>> 1;
        return mean - (mean >>> 9) + Floor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Learn(MagnitudeModels* models, byte* model, Vector256<short> before, Vector256<short> target)
    {
        uint uses = model[UsesAt];
        (before + Shift(target - before, models->_shiftAfter[uses])).StoreUnsafe(ref *(short*)model);
        if (uses < MostUses)
            model[UsesAt] = (byte)(uses + 1);
    }

    /// <summary>The operator would cut the count to 4 bits, which these have not more of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Shift(Vector256<short> values, int count) => Avx2.IsSupported
        ? Avx2.ShiftRightArithmetic(values, Vector128.CreateScalarUnsafe(count).AsInt16())
        : values >> count;
}
