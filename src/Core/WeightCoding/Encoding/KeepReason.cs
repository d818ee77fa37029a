using CompressTasks.Reporting;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>Why a weight is carried exactly.</summary>
internal static class KeepReason
{
    public const string NotFloatingPoint = "not floating-point";
    public const string Sparse = "sparse";
    public const string NoRule = "no rule matches";
    public const string Lossless = "lossless by rule";
    public const string Rest = "as it was: integers or float16 do not fit it, and no stage is behind them";
    public const string NotFinite = "contains NaN or infinity";
    public const string FewValues = "few distinct values, like a mask";
    public const string Table = KeptSummary.Table;
    public const string Operand = "small errors are not small in an operand of";
    public const string Segment = "a segment of a tensor";
    public const string Rewritten = "stands for a weight, as the runnable model has it";
    public const string Empty = "has no elements";
}
