using CompressTasks.Numerics;

namespace CompressTasks.Stages;

/// <summary>
/// One reversible, usually lossy step: turns a matrix into a smaller parameter matrix and side information.
/// </summary>
internal interface IStage
{
    /// <summary>Encodes <paramref name="input"/>; most stages give one level, a recursive one as many as gain something.</summary>
    /// <param name="input">Rows × columns; must not be changed. Finite values only; may have no rows or no columns.</param>
    /// <param name="sensitivity">
    /// Per column of <paramref name="input"/>, √(mean ‖∂weights/∂column‖²): how strongly an error in it reaches the weights. All ones for the weights
    /// themselves.
    /// </param>
    /// <param name="cancellationToken">Checked between rows or iterations.</param>
    /// <returns>The levels in order; the parameters of each are the input of the next. A recursive stage that gains nothing gives none.</returns>
    IReadOnlyList<Level> Encode(Matrix input, IReadOnlyList<double> sensitivity, CancellationToken cancellationToken);
}

/// <summary>What a stage leaves behind: parameters for the next stage, and the way back.</summary>
/// <param name="Parameters">The parameter matrix. Every value is representable as float32, because that is how it is stored.</param>
/// <param name="Decoder">The inverse, with its side information (already rounded to float32 as well).</param>
/// <param name="Sensitivity">Per column of <paramref name="Parameters"/>, as in <see cref="IStage.Encode"/>.</param>
internal sealed record Level(Matrix Parameters, IStageDecoder Decoder, IReadOnlyList<double> Sensitivity)
{
    /// <summary>
    /// Parameters of this level alone, in the papers' bookkeeping (P58 §4.3) and in units of one float32: the parameter matrix and the level's side
    /// information.
    /// </summary>
    public long ParameterCount => Decoder.CountParameters(Parameters) + Decoder.SideParameterCount;

    /// <summary>
    /// What a stack of levels costs (P67): the parameter matrix of the last one and the side information of all of them. No levels cost nothing.
    /// </summary>
    public static long CumulativeParameterCount(IReadOnlyList<Level> levels) =>
        levels.Count == 0 ? 0 : levels[^1].Decoder.CountParameters(levels[^1].Parameters) + levels.Sum(level => level.Decoder.SideParameterCount);
}
