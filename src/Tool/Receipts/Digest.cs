using System.Security.Cryptography;
using System.Text;

namespace CompressTasks.Tool.Receipts;

/// <summary>SHA-256 in upper-case hexadecimal, on .NET and on .NET Framework.</summary>
internal static class Digest
{
    public static string Of(Stream stream)
    {
#if NET
        return Convert.ToHexString(SHA256.HashData(stream));
#else
        using var sha256 = SHA256.Create();
        return BitConverter.ToString(sha256.ComputeHash(stream)).Replace("-", "");
#endif
    }

    public static string Of(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return Of(stream);
    }
}
