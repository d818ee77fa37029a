namespace CompressTasks.Runtime;

/// <summary>
/// Passes a model on that must not refer to other files, and looks for the key of a location while it goes by. What has passed is not called back: the
/// writer has looked at the structure before; what is found here is made of weights, and is no model that anybody has compressed.
/// </summary>
/// <param name="target">Takes the bytes.</param>
/// <param name="path">The artifact, for diagnostics.</param>
internal sealed class ReferenceWatch(Stream target, string path) : Stream
{
    private readonly byte[] _seam = new byte[2 * (ExternalReferences.Key.Length - 1)];
    private int _kept;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="Diagnostics.CompressException">CT3014: the key is there.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var most = ExternalReferences.Key.Length - 1;
        var begin = buffer[..Math.Min(most, buffer.Length)];
        begin.CopyTo(_seam.AsSpan(_kept));
        var seam = _seam.AsSpan(0, _kept + begin.Length);
        if (seam.IndexOf(ExternalReferences.Key) >= 0 || buffer.IndexOf(ExternalReferences.Key) >= 0)
            throw RuntimeDiagnostics.ForeignFile(path, tensor: "", location: null);
        target.Write(buffer);

        // The last bytes of all that has passed.
        var last = buffer.Length >= most ? buffer[^most..] : seam[Math.Max(0, seam.Length - most)..];
        last.ToArray().CopyTo(_seam, 0);
        _kept = last.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => target.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
