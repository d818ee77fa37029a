namespace CompressTasks.Coding.Quantization.Entropy;

/// <summary>
/// All that a decoder looks up, in one block, which must not move: processors have few registers, and one is enough to find it.
/// </summary>
internal unsafe struct DecodingTables
{
    private const int Classes = 256;

    private static readonly DecodingTables _fresh = Create();

    /// <summary>The models of the stream.</summary>
    public MagnitudeModels Models;

    private fixed ulong _classes[2 * Classes];
    private fixed ushort _steps[Activity.Sums];

    /// <summary>What a stream begins with.</summary>
    public static ref readonly DecodingTables Fresh => ref _fresh;

    /// <summary>How much further than those of the lowest activity the models are that follow two ratios of <see cref="Activity.Of"/>.</summary>
    public static uint Step(DecodingTables* tables, uint last, uint beforeLast) => tables->_steps[(2 * last) + beforeLast];

    /// <summary>What there is to know of a byte, those that are no class included.</summary>
    public static ClassEntry* Class(DecodingTables* tables, byte scaleClass) => (ClassEntry*)tables->_classes + scaleClass;

    private static DecodingTables Create()
    {
        DecodingTables tables = default;
        tables.Models = MagnitudeModels.Fresh;
        for (var sum = 0; sum < Activity.Sums; sum++)
            tables._steps[sum] = (ushort)(MagnitudeModels.ByActivity(0, 0, Activity.LevelOf[sum]) - MagnitudeModels.ByActivity(0, 0, 0));
        for (var scaleClass = 0; scaleClass < Classes; scaleClass++)
        {
            int context = ScaleClass.ContextOf[scaleClass];
            var reciprocal = Activity.ReciprocalOf[scaleClass];
            *Class(&tables, (byte)scaleClass) = new()
            {
                Reciprocal = reciprocal,
                Offset = Activity.OffsetOf(reciprocal),
                ByScale = (ushort)MagnitudeModels.ByScale(context, 0),
                ByActivity = (ushort)MagnitudeModels.ByActivity(context, 0, 0),
                Shift = ScaleClass.ShiftOf[scaleClass],
            };
        }

        return tables;
    }

    /// <summary>A scale class: 16 bytes.</summary>
    public struct ClassEntry
    {
        /// <summary>Of <see cref="Activity.ReciprocalOf"/>.</summary>
        public uint Reciprocal;

        /// <summary>Of <see cref="Activity.OffsetOf"/>.</summary>
        public uint Offset;

        /// <summary>Of <see cref="MagnitudeModels.ByScale"/>, for the first quantizer.</summary>
        public ushort ByScale;

        /// <summary>Of <see cref="MagnitudeModels.ByActivity"/>, for the first quantizer and the lowest level.</summary>
        public ushort ByActivity;

        /// <summary>Of <see cref="ScaleClass.ShiftOf"/>.</summary>
        public byte Shift;
    }
}
