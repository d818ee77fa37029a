using System.ComponentModel;
using System.Diagnostics;
using System.IO.Compression;

namespace CompressTasks.Benchmarks.Corpus;

/// <summary>A general-purpose coder at its highest setting, from .NET or from the PATH.</summary>
/// <param name="Name">As the page names it.</param>
/// <param name="Size">What it makes of some bytes, or null where it is not installed.</param>
internal sealed record GeneralCoder(string Name, Func<byte[], GeneralCoder.Result?> Size)
{
    /// <summary>The coder whose speed the page has beside the product's.</summary>
    public const string Timed = "zstd -19";

    /// <param name="Bytes">How many were made.</param>
    /// <param name="Seconds">How long that took.</param>
    public sealed record Result(long Bytes, double Seconds);

    private const int BrotliQuality = 11;

    private const int BrotliWindow = 24;

    public static IReadOnlyList<GeneralCoder> All { get; } =
    [
        new("gzip -9", bytes => Time(() => Gzip(bytes))),
        new(Timed, bytes => External("zstd", bytes, "-19", "-q", "-c")),
        new("xz -9e", bytes => External("xz", bytes, "-9e", "-T1", "-c")),
        new("brotli -q 11", bytes => Time(() => Brotli(bytes))),
        new("byte planes + brotli", bytes => Time(() => PlanesAndBrotli(bytes, sizeof(float)))),
    ];

    /// <summary>Brotli on the first bytes of all elements, then all second ones, and so on.</summary>
    public static long PlanesAndBrotli(byte[] bytes, int elementSize) => Brotli(BytePlanes(bytes, elementSize));

    private static Result Time(Func<long> code)
    {
        var watch = Stopwatch.StartNew();
        return new(code(), watch.Elapsed.TotalSeconds);
    }

    private static long Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(bytes);
        return target.Length;
    }

    private static long Brotli(byte[] bytes)
    {
        var target = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, target, out var written, BrotliQuality, BrotliWindow)
            ? written
            : throw new InvalidOperationException("Brotli needed more than its own upper bound.");
    }

    /// <summary>Alike beside alike.</summary>
    private static byte[] BytePlanes(byte[] bytes, int elementSize)
    {
        var count = bytes.Length / elementSize;
        var planes = new byte[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
            planes[(i % elementSize * count) + (i / elementSize)] = bytes[i];
        return planes;
    }

    private static Result? External(string program, byte[] bytes, params string[] arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, bytes);
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo(program, [.. arguments, file]) { RedirectStandardOutput = true })!;
            using var counted = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(counted);
            process.WaitForExit();
            return process.ExitCode == 0 ? new(counted.Length, watch.Elapsed.TotalSeconds)
                : throw new InvalidOperationException($"{program} failed with exit code {process.ExitCode}.");
        }
        catch (Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
