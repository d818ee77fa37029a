namespace CompressTasks.WeightCoding;

/// <summary>What encoder and decoder of a calibrated weight have in common.</summary>
internal static class CalibratedChunk
{
    public const byte IsInputsLast = 1;
    public const byte HasGroups = 2;

    /// <summary>Of the range coder's models.</summary>
    public const int Memory = 127;

    /// <summary>Of the factors, in thirds of an octave.</summary>
    public const int LargestStep = 3 * 300;

    /// <summary>Multiplies every row by its factor, and every group of columns by its own.</summary>
    public static void Scale(double[] rows, int columns, double[] ofRows, double[] ofGroups)
    {
        var width = columns / ofGroups.Length;
        for (var row = 0; row < ofRows.Length; row++)
        {
            for (var group = 0; group < ofGroups.Length; group++)
            {
                var factor = ofRows[row] * ofGroups[group];
                foreach (ref var value in rows.AsSpan((row * columns) + (group * width), width))
                    value *= factor;
            }
        }
    }
}
