using System.Runtime.InteropServices;
using CompressTasks.Outputs.Samples.Media;

namespace CompressTasks.Core.Tests.Outputs.Samples.Media;

public sealed class WavFileTests
{
    [Fact]
    public void SixteenBitsAreSharesOfTheirRange()
    {
        var file = WavFile.Parse(Wav.Mono16(8000, 0, 16384, -32768, 32767));
        file.Rate.ShouldBe(8000);
        file.Values.ShouldBe([0, 0.5f, -1, 32767 / 32768f]);
    }

    [Fact]
    public void EightBitsHaveNoSign() =>
        WavFile.Parse(Wav.File(Wav.Format(1, 1, 8000, 8), [128, 192, 0])).Values.ShouldBe([0, 0.5f, -1]);

    [Fact]
    public void TwentyFourBitsKeepTheirSign() =>
        WavFile.Parse(Wav.File(Wav.Format(1, 1, 8000, 24), [0, 0, 0x40, 0, 0, 0x80, 1, 0, 0])).Values.ShouldBe([0.5f, -1, 1 / 8388608f]);

    [Fact]
    public void ThirtyTwoBitsAreNumbersOrFloats()
    {
        WavFile.Parse(Wav.File(Wav.Format(1, 1, 8000, 32), MemoryMarshal.AsBytes<int>([int.MinValue, 1 << 29]))).Values.ShouldBe([-1, 0.25f]);
        WavFile.Parse(Wav.File(Wav.Format(3, 1, 8000, 32), MemoryMarshal.AsBytes<float>([0.1f, -1.5f]))).Values.ShouldBe([0.1f, -1.5f]);
    }

    [Fact]
    public void ChannelsBecomeTheirMean() =>
        WavFile.Parse(Wav.File(Wav.Format(1, 2, 8000, 16), MemoryMarshal.AsBytes<short>([16384, 0, -32768, 0]))).Values.ShouldBe([0.25f, -0.5f]);

    [Fact]
    public void TheExtensibleFormatAndOtherChunksAreRead()
    {
        // Of an odd length, so that a byte is filled in.
        byte[] format = [.. Wav.Format(0xFFFE, 1, 8000, 16), 22, 0, 16, 0, 4, 0, 0, 0, 1, 0, .. new byte[14]];
        byte[] file =
        [
            .. "RIFF"u8, 0, 0, 0, 0, .. "WAVE"u8, .. Wav.Chunk("LIST"u8, [1, 2, 3]), .. Wav.Chunk("fmt "u8, format), .. Wav.Chunk("data"u8, [0, 64]),
        ];
        WavFile.Parse(file).Values.ShouldBe([0.5f]);
    }

    [Fact]
    public void DamageIsSaid()
    {
        static string Message(byte[] file) => Should.Throw<InvalidDataException>(() => WavFile.Parse(file)).Message;
        var whole = Wav.Mono16(8000, 1, 2);
        Message([1, 2, 3]).ShouldBe("it does not begin as a .wav file does");
        Message(whole[..^1]).ShouldBe("a chunk in it announces 4 bytes, and 3 follow");
        Message(whole[..36]).ShouldBe("it has no data chunk");
        Message([.. "RIFF"u8, 0, 0, 0, 0, .. "WAVE"u8, .. Wav.Chunk("data"u8, [1, 2])]).ShouldBe("its data has no format before it");
        Message(Wav.File(Wav.Format(17, 1, 8000, 4), [1])).ShouldStartWith("it has format 17 of 4 bits, 1 channels and 8000 Hz, expected PCM");
    }

    /// <summary>To bring a second of it to a rate in use takes more memory than there is.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(1_000_001)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void ARateThatNothingIsRecordedWithIsRefused(int rate) =>
        Should.Throw<InvalidDataException>(() => WavFile.Parse(Wav.File(Wav.Format(1, 1, rate, 8), [128, 192, 0]))).Message
            .ShouldContain($" {(uint)rate} Hz");
}
