using System.Buffers.Binary;
using System.Globalization;

namespace CompressTasks.Outputs.Samples.Media;

/// <summary>A sound of a <c>.wav</c> file: RIFF WAVE, as Microsoft describes it, with PCM of 8, 16, 24 or 32 bits or IEEE float32.</summary>
/// <param name="Rate">Values a second.</param>
/// <param name="Values">The mean of the channels, in [−1, 1] of whole numbers.</param>
internal sealed record WavFile(int Rate, float[] Values)
{
    private const int Pcm = 1;
    private const int Ieee = 3;
    private const int Extensible = 0xFFFE;

    /// <summary>Beyond what any sound is recorded with, and within what can be brought to another rate.</summary>
    private const int SlowestRate = 100;
    private const int FastestRate = 1_000_000;

    /// <summary>Where the extensible format has the number of the format: the first bytes of a GUID.</summary>
    private const int SubFormat = 24;

    /// <exception cref="InvalidDataException">It is no such file, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static WavFile Read(string path) => Parse(File.ReadAllBytes(path));

    /// <exception cref="InvalidDataException">It is no such file, or damaged.</exception>
    public static WavFile Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file.Slice(8, 4).SequenceEqual("WAVE"u8))
            throw new InvalidDataException("it does not begin as a .wav file does");
        var format = ReadOnlySpan<byte>.Empty;
        for (var at = 12; at <= file.Length - 8;)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            var rest = file[(at + 8)..];
            var isData = file.Slice(at, 4).SequenceEqual("data"u8);
            if (size > rest.Length)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"a chunk in it announces {size} bytes, and {rest.Length} follow"));
            if (isData)
                return Decode(format, rest[..(int)size]);
            if (file.Slice(at, 4).SequenceEqual("fmt "u8))
                format = rest[..(int)size];

            // Chunks begin at even places.
            at += 8 + (int)Math.Min(size + (size & 1), (uint)rest.Length);
        }

        throw new InvalidDataException("it has no data chunk");
    }

    private static WavFile Decode(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data)
    {
        if (format.Length < 16)
            throw new InvalidDataException("its data has no format before it");
        int kind = BinaryPrimitives.ReadUInt16LittleEndian(format);
        if (kind == Extensible && format.Length >= SubFormat + 2)
            kind = BinaryPrimitives.ReadUInt16LittleEndian(format[SubFormat..]);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if ((kind, bits) is not ((Pcm, 8 or 16 or 24 or 32) or (Ieee, 32)) || channels == 0
            || rate is < SlowestRate or > FastestRate)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"it has format {kind} of {bits} bits, {channels} channels and {rate} Hz, expected PCM (1) of 8 to 32 bits or floats (3) of 32, at {SlowestRate} to {FastestRate} Hz"));
        var width = bits / 8;
        var values = new float[data.Length / (width * channels)];
        for (var i = 0; i < values.Length; i++)
        {
            var sum = 0d;
            for (var channel = 0; channel < channels; channel++)
                sum += Value(data[(((i * channels) + channel) * width)..], kind, bits);
            values[i] = (float)(sum / channels);
        }

        return new((int)rate, values);
    }

    private static double Value(ReadOnlySpan<byte> element, int kind, int bits) => bits switch
    {
        // Eight bits are the only ones without a sign.
        8 => (element[0] - 128) / 128d,
        16 => BinaryPrimitives.ReadInt16LittleEndian(element) / 32768d,
        24 => ((element[0] << 8) | (element[1] << 16) | (element[2] << 24)) / 2147483648d,
        _ when kind == Pcm => BinaryPrimitives.ReadInt32LittleEndian(element) / 2147483648d,
        _ => BinaryPrimitives.ReadSingleLittleEndian(element),
    };
}
