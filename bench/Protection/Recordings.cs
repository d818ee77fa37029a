using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;

namespace CompressTasks.Benchmarks.Protection;

/// <summary>
/// Speech at 16 kHz with pauses between the sentences: five sentences of LibriVox from Debian's <c>pocketsphinx-testdata</c>, and sentences that
/// Debian's <c>espeak-ng</c> speaks.
/// </summary>
internal static class Recordings
{
    public const int Rate = 16000;
    private const string LibriVox = "/usr/share/pocketsphinx/test/data/librivox";
    private const int HeaderBytes = 44;
    private const int HalfFilter = 24;
    private const double Noise = 3e-4;

    private static readonly (string Voice, string Speed, string Text)[] _sentences =
    [
        ("en", "150", "The quick brown fox jumps over the lazy dog, and then it rests for a while."),
        ("en-us+f3", "170", "Please turn on the light in the kitchen, and wake me at half past seven."),
        ("de", "140", "Heute ist das Wetter schön, aber morgen soll es regnen."),
        ("fr+m4", "160", "Bonjour, je voudrais un billet pour Paris, s'il vous plaît."),
        ("en+whisper", "130", "Can you hear me when I whisper?"),
    ];

    /// <summary>All of them, one after the other, in noise that is hardly heard.</summary>
    /// <exception cref="InvalidOperationException">The programs and files are not installed.</exception>
    public static float[] Read() => Joined(Pieces());

    /// <summary>Some of them, one after the other.</summary>
    public static float[] Joined(IEnumerable<float[]> pieces)
    {
        var random = new Random(1);
        var pause = new float[Rate];
        return [.. pieces.SelectMany(piece => piece.Concat(pause)).Select(value => value + (float)(Noise * (random.NextDouble() - 0.5)))];
    }

    /// <summary>Each by itself.</summary>
    /// <exception cref="InvalidOperationException">The programs and files are not installed.</exception>
    public static IReadOnlyList<float[]> Pieces()
    {
        List<float[]> pieces = [];
        if (Directory.Exists(LibriVox))
        {
            pieces.AddRange(Directory.GetFiles(LibriVox, "*.wav").Order(StringComparer.Ordinal)
                .Select(path => Samples(File.ReadAllBytes(path)).Values));
        }

        pieces.AddRange(_sentences.Select(Speak));
        return pieces;
    }

    public static float[] Speak((string Voice, string Speed, string Text) sentence)
    {
        try
        {
            using var program = Process.Start(new ProcessStartInfo("espeak-ng",
                ["-v", sentence.Voice, "-s", sentence.Speed, "--stdout", sentence.Text])
            { RedirectStandardOutput = true })!;
            using var stream = new MemoryStream();
            program.StandardOutput.BaseStream.CopyTo(stream);
            program.WaitForExit();
            var (values, rate) = Samples(stream.ToArray());
            return Resampled(values, rate, Rate);
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("espeak-ng was not found: apt-get install espeak-ng pocketsphinx-testdata.", exception);
        }
    }

    /// <summary>16-bit PCM of one channel behind a plain header.</summary>
    private static (float[] Values, int Rate) Samples(byte[] wave) =>
        ([.. Enumerable.Range(0, (wave.Length - HeaderBytes) / 2)
            .Select(i => BinaryPrimitives.ReadInt16LittleEndian(wave.AsSpan(HeaderBytes + (2 * i))) / 32768f)],
            BinaryPrimitives.ReadInt32LittleEndian(wave.AsSpan(24)));

    /// <summary>Band-limited interpolation under a Hann window, for a lower rate.</summary>
    public static float[] Resampled(float[] values, int from, int to)
    {
        var step = (double)from / to;
        return [.. Enumerable.Range(0, (int)(values.Length / step)).Select(i =>
        {
            var (at, sum) = (i * step, 0.0);
            for (var k = (int)at - HalfFilter + 1; k <= (int)at + HalfFilter; k++)
            {
                if (k < 0 || k >= values.Length)
                    continue;
                var x = (k - at) / step;
                var window = 0.5 + (0.5 * Math.Cos(Math.PI * (k - at) / HalfFilter));
                sum += values[k] / step * (x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x)) * window;
            }

            return (float)sum;
        })];
    }
}
