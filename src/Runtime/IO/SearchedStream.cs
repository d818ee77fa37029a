namespace CompressTasks.IO;

/// <summary>Passes bytes on to a stream, and sees whether some are among them, so that nobody has to read them again.</summary>
/// <param name="stream">Gets the bytes, and is disposed with this.</param>
/// <param name="key">What is looked for; nothing is never found.</param>
internal sealed class SearchedStream(Stream stream, byte[] key) : Stream
{
    private readonly byte[] _seam = new byte[2 * Math.Max(0, key.Length - 1)];

    /// <summary>How much of the seam is from before.</summary>
    private int _before;

    /// <summary>Whether the key has been written.</summary>
    public bool HasKey { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => stream.CanSeek;

    public override bool CanWrite => true;

    public override long Length => stream.Length;

    /// <summary>Where it is; bytes before and after a jump do not belong together.</summary>
    public override long Position
    {
        get => stream.Position;
        set => (stream.Position, _before) = (value, 0);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        stream.Write(buffer);
        if (key.Length == 0 || HasKey || buffer.Length == 0)
            return;
        var most = key.Length - 1;
        var first = Math.Min(most, buffer.Length);
        buffer[..first].CopyTo(_seam.AsSpan(_before));
        HasKey = _seam.AsSpan(0, _before + first).IndexOf(key) >= 0 || buffer.IndexOf(key) >= 0;

        // The last bytes of all that was written.
        var seen = buffer.Length >= most ? buffer[^most..] : _seam.AsSpan(0, _before + first);
        seen = seen[Math.Max(0, seen.Length - most)..];
        _before = seen.Length;
        seen.CopyTo(_seam);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => stream.Flush();

    public override void SetLength(long value) => stream.SetLength(value);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }
}
