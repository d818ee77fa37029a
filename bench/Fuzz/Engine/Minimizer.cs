namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>
/// Makes an input smaller as long as it does the same: ddmin (Zeller and Hildebrandt, 2002) over runs of bytes, then bytes that become zero.
/// </summary>
internal static class Minimizer
{
    /// <param name="input">What does it.</param>
    /// <param name="does">Whether an input does it.</param>
    /// <param name="attempts">How often to ask at most.</param>
    public static byte[] Minimize(byte[] input, Func<byte[], bool> does, int attempts)
    {
        var left = attempts;
        bool Try(byte[] smaller) => left-- > 0 && does(smaller);

        for (var run = Math.Max(1, input.Length / 2); run >= 1 && left > 0; run /= 2)
        {
            for (var start = 0; start < input.Length && left > 0;)
            {
                var smaller = Without(input, start, Math.Min(run, input.Length - start));
                if (Try(smaller))
                    input = smaller;
                else
                    start += run;
            }
        }

        for (var i = 0; i < input.Length && left > 0; i++)
        {
            if (input[i] == 0)
                continue;
            var plainer = (byte[])input.Clone();
            plainer[i] = 0;
            if (Try(plainer))
                input = plainer;
        }

        return input;
    }

    private static byte[] Without(byte[] input, int start, int length) => [.. input.AsSpan(0, start), .. input.AsSpan(start + length)];
}
