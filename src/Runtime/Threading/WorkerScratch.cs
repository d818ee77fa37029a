namespace CompressTasks.Threading;

/// <summary>Memory that is used again for one weight after the other. Its content is whatever was there before.</summary>
internal sealed class WorkerScratch
{
    private byte[] _bytes = [];
    private int[] _integers = [];
    private double[] _values = [];

    public Span<byte> Bytes(int count) => AtLeast(ref _bytes, count).AsSpan(0, count);

    public Span<int> Integers(int count) => AtLeast(ref _integers, count).AsSpan(0, count);

    /// <summary>At least so many values.</summary>
    public double[] Values(int count) => AtLeast(ref _values, count);

    private static T[] AtLeast<T>(ref T[] array, int count)
    {
        if (array.Length < count)
            array = GC.AllocateUninitializedArray<T>(count);
        return array;
    }
}
