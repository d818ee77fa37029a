using CompressTasks.Outputs.Samples.Media;

namespace CompressTasks.Core.Tests.Outputs.Samples.Media;

public sealed class ResamplerTests
{
    [Theory]
    [InlineData(44100, 16000)]
    [InlineData(48000, 16000)]
    [InlineData(8000, 16000)]
    [InlineData(22050, 48000)]
    public void AToneStaysTheTone(int from, int to)
    {
        var resampled = Resampler.Resample(Tone(440, from, from / 2), from, to);
        var expected = Tone(440, to, resampled.Length);

        // As long in time, and away from the ends, beyond which the signal is zero.
        resampled.Length.ShouldBe((int)Math.Ceiling(from / 2 * (double)to / from));
        for (var i = to / 50; i < resampled.Length - (to / 50); i++)
            resampled[i].ShouldBe(expected[i], 1e-3);
    }

    [Fact]
    public void WhatTheRateCannotHoldIsTakenAway()
    {
        // 10 kHz would come back as 6 kHz.
        var resampled = Resampler.Resample(Tone(10000, 44100, 22050), 44100, 16000);
        resampled[500..^500].Max(Math.Abs).ShouldBeLessThan(1e-3f);
    }

    [Fact]
    public void AConstantStaysAConstant() =>
        Resampler.Resample([.. Enumerable.Repeat(0.5f, 5000)], 44100, 16000)[200..^200].ShouldAllBe(value => Math.Abs(value - 0.5f) < 1e-6f);

    [Fact]
    public void TheSameRateIsTheSameSignal() => Resampler.Resample([1, 2, 3], 16000, 16000).ShouldBe([1, 2, 3]);

    private static float[] Tone(double frequency, int rate, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(2 * Math.PI * frequency * i / rate))];
}
