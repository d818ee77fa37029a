using System.Globalization;
using CompressTasks.Numerics;

namespace CompressTasks.Outputs.Samples;

/// <summary>An array that grows sample by sample in a temporary file.</summary>
/// <param name="name">Of the array.</param>
/// <param name="type">Of its elements.</param>
/// <param name="shape">Of each sample.</param>
/// <param name="isConstant">Whether there is one value for all samples.</param>
/// <param name="path">Of the temporary file, which goes when this is disposed.</param>
internal sealed class SpooledArray(string name, ElementType type, long[] shape, bool isConstant, string path) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

    public string Name => name;

    public bool IsConstant => isConstant;

    public long Count { get; private set; }

    private NpyHeader Header => new(type, isConstant ? shape : [Count, .. shape]);

    public void Dispose() => _file.Dispose();

    /// <exception cref="InvalidOperationException">The array is constant and has its values, or is not and gets constant ones.</exception>
    /// <exception cref="ArgumentException">The sample has another type or shape than those before it.</exception>
    public void Add(ElementType added, ReadOnlySpan<byte> elements, ReadOnlySpan<long> addedShape, bool asConstant)
    {
        if (isConstant && asConstant && Count > 0)
            throw new InvalidOperationException($"\"{name}\" is a constant, and has its values already.");
        if (isConstant != asConstant)
            throw new InvalidOperationException($"\"{name}\" is {(isConstant ? "a constant" : "an array of samples")}, and cannot be both.");
        if (added != type)
            throw new ArgumentException(Sample($"is of {added.SpecName()}, those before it are of {type.SpecName()}."));
        if (!addedShape.SequenceEqual(shape))
            throw new ArgumentException(Sample(
                $"has the shape {Shown(addedShape)}, those before it have {Shown(shape)}; all samples of an array have one shape."));
        _file.Write(elements);
        Count++;
    }

    /// <summary>Writes the array as an <c>.npy</c> file.</summary>
    public void CopyTo(Stream stream)
    {
        Header.Write(stream);
        _file.Position = 0;
        _file.CopyTo(stream);
    }

    public static string Shown(ReadOnlySpan<long> shape) =>
        $"[{string.Join(", ", shape.ToArray().Select(length => length.ToString(CultureInfo.InvariantCulture)))}]";

    private string Sample(string what) => string.Create(CultureInfo.InvariantCulture, $"Sample {Count + 1} of \"{name}\" {what}");
}
