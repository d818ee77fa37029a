using System.Security.Cryptography;
using CompressTasks.IO;

namespace CompressTasks.Compression.Reuse;

/// <summary>SHA-256 of a file's bytes, in lower-case hexadecimal digits.</summary>
internal static class FileDigest
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Of(string path)
    {
        DiskFile.Require(path);
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
