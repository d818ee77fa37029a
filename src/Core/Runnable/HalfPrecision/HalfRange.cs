namespace CompressTasks.Runnable.HalfPrecision;

/// <summary>How values fit into float16.</summary>
internal enum HalfRange
{
    /// <summary>They do.</summary>
    Fits,

    /// <summary>
    /// They do, but all are one, and not exactly one of float16: without variance there is no R² that would tell what is lost.
    /// </summary>
    Uniform,

    /// <summary>Some are beyond 65,504; or some are not finite, beside others that float16 has not exactly.</summary>
    Beyond,

    /// <summary>Not all are zero, and all would be.</summary>
    Vanishes,
}

/// <summary>Finds out.</summary>
internal static class HalfRanges
{
    private const double Largest = 65504;

    public static HalfRange Of(ReadOnlySpan<double> values)
    {
        var (isExact, isUniform, hasValue, vanishes, isBeyond) = (true, true, false, true, false);
        foreach (var value in values)
        {
            var half = (Half)(float)value;
            isExact &= ((double)half).Equals(value);
            isUniform &= value.Equals(values[0]);
            isBeyond |= !(Math.Abs(value) <= Largest);
            hasValue |= value != 0;
            vanishes &= half == Half.Zero;
        }

        return isExact ? HalfRange.Fits : isBeyond ? HalfRange.Beyond : hasValue && vanishes ? HalfRange.Vanishes
            : isUniform ? HalfRange.Uniform : HalfRange.Fits;
    }

    /// <summary>Whether an operator with such values cannot compute in float16.</summary>
    public static bool Hinders(this HalfRange range) => range is HalfRange.Beyond or HalfRange.Vanishes;

    /// <summary>Why such values stay in float32, as the report says; null when it does not.</summary>
    public static string? Reason(this HalfRange range) => range switch
    {
        HalfRange.Beyond => "it has values that float16 has not",
        HalfRange.Vanishes => "its values would be zero in float16",
        _ => null,
    };
}
