namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>Bytes that are being changed. They never become more than the capacity: what does not fit is not inserted.</summary>
internal sealed class InputBuffer(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public Span<byte> Bytes => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Set(ReadOnlySpan<byte> bytes)
    {
        Length = Math.Min(bytes.Length, _bytes.Length);
        bytes[..Length].CopyTo(_bytes);
    }

    /// <summary>Puts some bytes in the place of others.</summary>
    /// <param name="start">The first byte that goes.</param>
    /// <param name="length">How many go.</param>
    /// <param name="bytes">What comes; must not be a part of this buffer.</param>
    /// <returns>False when there is no room, and nothing has changed.</returns>
    public bool Replace(int start, int length, ReadOnlySpan<byte> bytes)
    {
        var after = Length - length + bytes.Length;
        if (after > _bytes.Length)
            return false;
        _bytes.AsSpan(start + length, Length - start - length).CopyTo(_bytes.AsSpan(start + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(start));
        Length = after;
        return true;
    }

    public void Remove(int start, int length) => Replace(start, length, []);
}
