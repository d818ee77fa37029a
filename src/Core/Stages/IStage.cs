namespace CompressTasks.Stages;

/// <summary>
/// One reversible, usually lossy step: turns a matrix into a smaller parameter matrix and side information.
/// </summary>
internal interface IStage
{
    /// <summary>Encodes <paramref name="input"/>; most stages give one level, a recursive one gives several.</summary>
    /// <param name="input">Rows × columns; must not be changed. Finite values only; may have no rows or no columns.</param>
    /// <param name="sensitivity">
    /// Per column of <paramref name="input"/>, √(mean ‖∂weights/∂column‖²): how strongly an error in it reaches the weights. All ones for the weights themselves.
    /// </param>
    /// <param name="cancellationToken">Checked between rows or iterations.</param>
    /// <returns>At least one level; the parameters of each are the input of the next.</returns>
    IReadOnlyList<Level> Encode(Matrix input, IReadOnlyList<double> sensitivity, CancellationToken cancellationToken);
}

/// <summary>What a stage leaves behind: parameters for the next stage, and the way back.</summary>
/// <param name="Parameters">The parameter matrix. Every value is representable as float32, because that is how it is stored.</param>
/// <param name="Decoder">The inverse, with its side information (already rounded to float32 as well).</param>
/// <param name="Sensitivity">Per column of <paramref name="Parameters"/>, as in <see cref="IStage.Encode"/>.</param>
internal sealed record Level(Matrix Parameters, IStageDecoder Decoder, IReadOnlyList<double> Sensitivity);

/// <summary>The inverse of a stage together with the side information that it needs.</summary>
internal interface IStageDecoder
{
    /// <summary>The name that specs and reports use, such as <c>gaussian</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Parameters that the level needs in all, in the papers' bookkeeping (P58 §4.3): the parameter matrix, bases, means and positions, in units of one float32.
    /// </summary>
    long ParameterCount { get; }

    /// <summary>Reconstructs the input of the stage. Deterministic on every machine: plain IEEE 754 arithmetic only.</summary>
    Matrix Decode(Matrix parameters);

    /// <summary>Writes the side information; <see cref="StageDecoders.Read"/> reads it back.</summary>
    void Write(ChunkWriter writer);
}
