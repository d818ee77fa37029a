using System.Security.Cryptography;
using System.Text;

namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>An input that a reader does not stand.</summary>
/// <param name="Target">The reader.</param>
/// <param name="Signature">What tells kinds apart: the exception and where it comes from.</param>
/// <param name="Seen">All that was seen.</param>
/// <param name="Input">The bytes.</param>
internal sealed record Finding(string Target, string Signature, string Seen, byte[] Input)
{
    private const int FramesThatTell = 2;

    /// <summary>Names the file: one for each kind.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Target} {Signature}")))[..12];

    public static Finding Of(string target, Exception error, ReadOnlySpan<byte> input) =>
        new(target, SignatureOf(error), error.ToString(), input.ToArray());

    /// <summary>The type of an exception, and the methods of the product that it comes from.</summary>
    public static string SignatureOf(Exception error)
    {
        var frames = (error.StackTrace ?? "").Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith("at CompressTasks.", StringComparison.Ordinal) && !line.Contains(".Fuzz.", StringComparison.Ordinal))
            .Select(line => line.Split('(')[0][3..]).Take(FramesThatTell);
        return $"{(error is FindingException ? error.Message : error.GetType().Name)} {string.Join(" < ", frames)}".TrimEnd();
    }

    /// <summary>Writes the input and what was seen.</summary>
    /// <returns>The input's file.</returns>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"finding-{Target}-{Id}.bin");
        File.WriteAllBytes(path, Input);
        File.WriteAllText(Path.ChangeExtension(path, ".txt"),
            $"{Signature}\n{Input.Length} bytes. Again: dotnet run -c Release --project bench -- fuzz --repeat {path}\n\n{Seen}\n");
        return path;
    }
}
