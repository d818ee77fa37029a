using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CompressTasks.Coding.Lossless.Floats;

/// <summary>
/// What the numbers before let expect of the next one's level: running means of the row and of the column, in octaves below the window's top.
/// Depths are in units of 2^-10 octaves.
/// </summary>
internal ref struct ExpectedLevel
{
    /// <summary>Classes of a mean: half octaves, four octaves each beyond the fourteenth.</summary>
    public const int Classes = 32;

    /// <summary>Classes of both means together: quarter octaves, two octaves each beyond the fifteenth.</summary>
    public const int FineClasses = 64;

    private const int HalfOctaves = 28;
    private const int QuarterOctaves = 60;
    private const int UnitBits = 10;
    private const int Deepest = 24 << UnitBits;
    private const int Highest = -(20 << (UnitBits - 4));
    private const int AtFirst = 4 << UnitBits;
    private const int RowShift = 5;
    private const int AllShift = 10;
    private const int SlowestColumn = 64;

    private readonly Span<int> _columns;
    private int _column;
    private int _row;
    private int _ofRow = AtFirst;
    private int _ofAll = AtFirst;
    private int _rate = 1 << 15;
    private bool _isFirst = true;

    /// <param name="columns">Memory for as many numbers as a row has.</param>
    public ExpectedLevel(Span<int> columns) => _columns = columns;

    /// <summary>The models of the next level: by row and column, and by both together.</summary>
    public readonly (int Level, int Sum) Models
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var ofColumn = _row == 0 ? _ofRow : Unsafe.Add(ref MemoryMarshal.GetReference(_columns), _column);
            var sum = _row == 0 ? _ofRow : ofColumn + _ofRow - _ofAll;
            return (FloatModels.FirstOfLevel + (Classes * ClassOf(_ofRow)) + ClassOf(ofColumn), FloatModels.FirstOfSum + FineClassOf(sum));
        }
    }

    /// <summary>The octaves in the middle of a class.</summary>
    public static double Middle(int number) => number < HalfOctaves ? (number + 0.5) / 2 : 14 + (4 * (number - HalfOctaves + 0.5));

    public static double FineMiddle(int number) => number < QuarterOctaves ? (number + 0.5) / 4 : 15 + (2 * (number - QuarterOctaves + 0.5));

    /// <summary>Learns a number and goes on to the next.</summary>
    /// <param name="depth">How many levels it is below the window's top.</param>
    /// <param name="fraction">The first four bits of its fraction.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int depth, int fraction)
    {
        var value = Math.Clamp(((16 * depth) + 15 - fraction) << (UnitBits - 4), Highest, Deepest);
        if (_isFirst)
            (_ofRow, _ofAll, _isFirst) = (value, value, false);
        ref var ofColumn = ref Unsafe.Add(ref MemoryMarshal.GetReference(_columns), _column);
        ofColumn = _row == 0 ? (value + _ofRow) >> 1 : ofColumn + (((value - ofColumn) * _rate) >> 16);
        _ofRow += (value - _ofRow) >> RowShift;
        _ofAll += (value - _ofAll) >> AllShift;
        if (++_column == _columns.Length)
            NextRow();
    }

    private void NextRow()
    {
        _column = 0;
        _row++;
        _rate = (1 << 16) / Math.Min(_row + 2, SlowestColumn);
    }

    private static int ClassOf(int mean) =>
        mean < HalfOctaves << (UnitBits - 1) ? Math.Max(mean, 0) >> (UnitBits - 1)
            : Math.Min(HalfOctaves + ((mean - (14 << UnitBits)) >> (UnitBits + 2)), Classes - 1);

    private static int FineClassOf(int mean) =>
        mean < QuarterOctaves << (UnitBits - 2) ? Math.Max(mean, 0) >> (UnitBits - 2)
            : Math.Min(QuarterOctaves + ((mean - (15 << UnitBits)) >> (UnitBits + 1)), FineClasses - 1);
}
