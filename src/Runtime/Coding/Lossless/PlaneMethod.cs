namespace CompressTasks.Coding.Lossless;

/// <summary>How a byte plane is coded; the numbers are those of the format.</summary>
internal enum PlaneMethod : byte
{
    /// <summary>As it is.</summary>
    Raw = 0,

    /// <summary>Adaptive, every byte for itself.</summary>
    Order0 = 1,

    /// <summary>Adaptive, given the byte before in the same plane.</summary>
    AfterPrevious = 2,

    /// <summary>Adaptive, given the byte of the same element in the next more significant plane.</summary>
    BelowUpper = 3,
}
