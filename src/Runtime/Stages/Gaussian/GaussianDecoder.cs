using CompressTasks.IO;
using CompressTasks.Numerics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>Adds up the Gaussians of every block.</summary>
internal sealed class GaussianDecoder : IStageDecoder
{
    private readonly BlockGrid _grid;
    private readonly GaussianOptions _options;

    /// <param name="rows">Rows of the matrix that was encoded.</param>
    /// <param name="options">Those it was encoded with.</param>
    public GaussianDecoder(int rows, int columns, GaussianOptions options)
    {
        _grid = new BlockGrid(rows, columns, options.Block);
        _options = options;
    }

    public string Name => "gaussian";

    public long SideParameterCount => 0;

    public static GaussianDecoder Read(ChunkReader reader)
    {
        var rows = reader.Count();
        var columns = reader.Count();
        var components = reader.Count();
        var block = reader.Count();
        var mode = reader.Byte();
        if (components is < 1 or > GaussianOptions.MaxComponents)
            throw ChunkReader.Corrupt($"{components} Gaussians per block, expected 1 to {GaussianOptions.MaxComponents}");
        if (block is < 1 or > GaussianOptions.MaxBlock)
            throw ChunkReader.Corrupt($"blocks of {block} columns, expected 1 to {GaussianOptions.MaxBlock}");
        if (mode > 1)
            throw ChunkReader.Corrupt($"{mode} is no kind of Gaussian parameters, expected 0 or 1");
        return new GaussianDecoder(rows, columns, new GaussianOptions(components, block, mode == 1));
    }

    public (int Rows, int Columns) SizeOfDecoded(int rows, int columns)
    {
        if (rows != _grid.Count || columns != _options.ParametersPerBlock)
            throw ChunkReader.Corrupt($"Gaussian parameters of {rows} × {columns}, expected {_grid.Count} × {_options.ParametersPerBlock}");
        return (long)_grid.Rows * _grid.Columns <= Array.MaxLength ? (_grid.Rows, _grid.Columns)
            : throw ChunkReader.Corrupt($"a matrix of {_grid.Rows} × {_grid.Columns} is larger than an array can be");
    }

    public Matrix Decode(Matrix parameters)
    {
        _ = SizeOfDecoded(parameters.Rows, parameters.Columns);
        var decoded = new Matrix(_grid.Rows, _grid.Columns);
        for (var i = 0; i < parameters.Rows; i++)
            DecodeBlock(parameters.Row(i), _grid.Of(decoded, i));
        return decoded;
    }

    public void Write(ChunkWriter writer)
    {
        writer.Count(_grid.Rows);
        writer.Count(_grid.Columns);
        writer.Count(_options.Components);
        writer.Count(_options.Block);
        writer.Byte(_options.AmplitudeOnly ? (byte)1 : (byte)0);
    }

    private void DecodeBlock(ReadOnlySpan<double> parameters, Span<double> block)
    {
        var components = _options.Components;
        for (var k = 0; k < components; k++)
        {
            if (_options.AmplitudeOnly)
                GaussianFunction.AddTo(block, parameters[k], FixedCentres.Mu(k, components, block.Length),
                    FixedCentres.Sigma(components, block.Length));
            else
                GaussianFunction.AddTo(block, parameters[3 * k], parameters[(3 * k) + 1], parameters[(3 * k) + 2]);
        }
    }
}
