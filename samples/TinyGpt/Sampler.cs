namespace TinyGpt;

/// <summary>Draws a token with probability proportional to exp(logit / temperature); temperature 0 takes the likeliest.</summary>
internal sealed class Sampler(double temperature, int seed)
{
    private readonly Random _random = new(seed);

    public long Next(ReadOnlySpan<float> logits)
    {
        var likeliest = Likeliest(logits);
        if (temperature == 0)
            return likeliest;

        var cumulative = new double[logits.Length];
        var total = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            total += Math.Exp((logits[i] - logits[likeliest]) / temperature);
            cumulative[i] = total;
        }

        var drawn = _random.NextDouble() * total;
        var token = Array.FindIndex(cumulative, sum => sum > drawn);
        return token < 0 ? likeliest : token;
    }

    /// <summary>The index of the largest logit, the first one of equals.</summary>
    public static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }

        return best;
    }
}
