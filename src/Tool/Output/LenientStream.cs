namespace CompressTasks.Tool.Output;

/// <summary>A standard stream that nobody may be listening to: what cannot be said is no reason for a run to end.</summary>
/// <param name="stream">The stream.</param>
/// <param name="isIgnored">Which failures are ignored.</param>
internal sealed class LenientStream(Stream stream, Func<Exception, bool> isIgnored) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the stream was closed before the process began: so .NET says EBADF. A disk that is full is another matter.</summary>
    public static bool IsClosed(Exception error) => error is UnauthorizedAccessException;

    public override void Flush() => Try(stream.Flush);

    public override void Write(byte[] buffer, int offset, int count) => Try(() => stream.Write(buffer, offset, count));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && isIgnored(error))
        {
        }
    }
}
