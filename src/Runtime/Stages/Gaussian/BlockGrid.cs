using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>How the rows of a matrix are cut into blocks; block b of row r has the index r · <see cref="BlocksPerRow"/> + b.</summary>
internal readonly record struct BlockGrid(int Rows, int Columns, int Block)
{
    public int BlocksPerRow => (int)(((long)Columns + Block - 1) / Block);

    public long Count => (long)Rows * BlocksPerRow;

    /// <summary>The first column of a block.</summary>
    public int Start(int index) => index % BlocksPerRow * Block;

    public int Length(int index) => Math.Min(Block, Columns - Start(index));

    public Span<double> Of(Matrix matrix, int index) => matrix.Row(index / BlocksPerRow).Slice(Start(index), Length(index));
}
