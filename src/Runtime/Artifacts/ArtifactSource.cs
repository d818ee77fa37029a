using System.Security.Cryptography;
using CompressTasks.IO;
using Microsoft.Win32.SafeHandles;

namespace CompressTasks.Artifacts;

/// <summary>The bytes of an artifact, in a file or in memory, from any thread.</summary>
internal sealed class ArtifactSource : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly ReadOnlyMemory<byte> _memory;

    private ArtifactSource(string path, SafeFileHandle? file, ReadOnlyMemory<byte> memory)
    {
        Path = path;
        _file = file;
        _memory = memory;
        Length = file is null ? memory.Length : RandomAccess.GetLength(file);
    }

    /// <summary>What diagnostics call the artifact.</summary>
    public string Path { get; }

    public long Length { get; }

    public static ArtifactSource Open(string path)
    {
        if (!File.Exists(path))
            throw ArtifactDiagnostics.NotFound(path);
        try
        {
            DiskFile.Require(path);

            // Delete: an artifact that is open can be replaced, on Windows as elsewhere.
            var handle = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete, options: FileOptions.RandomAccess);
            return new ArtifactSource(path, handle, default);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ArtifactDiagnostics.CannotBeRead(path, cause);
        }
    }

    public static ArtifactSource Of(ReadOnlyMemory<byte> artifact) => new("artifact in memory", null, artifact);

    /// <summary>Reads bytes that must lie within <see cref="Length"/>.</summary>
    public ReadOnlyMemory<byte> Read(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        if (_file is null)
            return _memory.Slice((int)offset, length);
        var bytes = new byte[length];
        try
        {
            for (var done = 0; done < length;)
            {
                var read = RandomAccess.Read(_file, bytes.AsSpan(done), offset + done);
                if (read == 0)
                    throw new EndOfStreamException("the file has become shorter while it was read.");
                done += read;
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ArtifactDiagnostics.CannotBeRead(Path, cause);
        }

        return bytes;
    }

    /// <summary>The SHA-256 of all of it, in hexadecimal.</summary>
    public string Sha256()
    {
        const int Block = 1 << 16;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var offset = 0L; offset < Length; offset += Block)
            hash.AppendData(Read(offset, (int)Math.Min(Block, Length - offset)).Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => _file?.Dispose();
}
