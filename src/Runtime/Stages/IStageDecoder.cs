using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Stages;

/// <summary>The inverse of a stage together with the side information that it needs.</summary>
internal interface IStageDecoder
{
    /// <summary>The name that specs and reports use, such as <c>gaussian</c>.</summary>
    string Name { get; }

    /// <summary>Bases, means and other numbers that decoding needs beside the parameter matrix, in units of one float32.</summary>
    long SideParameterCount { get; }

    /// <summary>
    /// Numbers that the parameter matrix takes where it is stored, which is only at the last level of a stack, in units of one float32:
    /// all of it, unless the stage leaves zeros that need not be stored.
    /// </summary>
    long CountParameters(Matrix parameters) => parameters.Values.LongLength;

    /// <summary>Numbers that <see cref="Decode"/> needs for a while, beside the matrices and what it has read.</summary>
    long ScratchValues => 0;

    /// <summary>The size of what <see cref="Decode"/> makes of parameters of a size, so that nothing too large is begun.</summary>
    /// <param name="rows">Rows of the parameters.</param>
    /// <param name="columns">Columns of the parameters.</param>
    /// <exception cref="InvalidDataException">It takes no parameters of this size.</exception>
    (int Rows, int Columns) SizeOfDecoded(int rows, int columns);

    /// <summary>Reconstructs the input of the stage. Deterministic on every machine: plain IEEE 754 arithmetic only.</summary>
    /// <exception cref="InvalidDataException">As <see cref="SizeOfDecoded"/>.</exception>
    Matrix Decode(Matrix parameters);

    /// <summary>Writes the side information; <see cref="StageDecoders.Read"/> reads it back.</summary>
    void Write(ChunkWriter writer);
}
