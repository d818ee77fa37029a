using CompressTasks.Numerics;

namespace CompressTasks.Coding.Quantization;

/// <summary>What a quantization step is chosen for.</summary>
internal abstract record QuantizeTarget
{
    private QuantizeTarget()
    {
    }

    /// <summary>The largest step whose reconstruction has at least this R².</summary>
    /// <param name="minimum">Above 0 and below 1.</param>
    public static QuantizeTarget R2(double minimum)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsNaN(minimum), true, nameof(minimum));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(minimum, 1);
        return new MinimumR2(minimum);
    }

    /// <summary>The largest step whose reconstruction has at most this sum of squared errors.</summary>
    /// <param name="maximum">0 or more.</param>
    public static QuantizeTarget SquaredError(double maximum)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsNaN(maximum), true, nameof(maximum));
        ArgumentOutOfRangeException.ThrowIfNegative(maximum);
        return new MaximumSquaredError(maximum);
    }

    /// <summary>
    /// This step for each of the two quantizers. The squared error is about that of one uniform quantizer with it, step²/12 per value, at fewer bits.
    /// </summary>
    /// <param name="size">Above 0, finite.</param>
    public static QuantizeTarget Step(double size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsFinite(size), false, nameof(size));
        return new GivenStep(size);
    }

    /// <summary>The smallest step whose chunk has at most this many bits per value, everything included.</summary>
    /// <param name="perValue">Above 0.</param>
    public static QuantizeTarget Bits(double perValue)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsNaN(perValue), true, nameof(perValue));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perValue);
        return new MaximumBits(perValue);
    }

    /// <summary>A target that is a bound on the error.</summary>
    internal abstract record OfError : QuantizeTarget
    {
        public abstract bool IsMet(SquaredError error);

        /// <summary>Whether an error that meets the target is so close to it that no search for a larger step pays.</summary>
        public abstract bool IsClose(SquaredError error);

        /// <summary>The sum of squared errors that is allowed.</summary>
        public abstract double Allowed(double total);
    }

    internal sealed record MinimumR2(double Minimum) : OfError
    {
        private readonly double _slack = Math.Min(0.0002, 0.001 * (1 - Minimum));

        public override bool IsMet(SquaredError error) => error.R2 >= Minimum;

        public override bool IsClose(SquaredError error) => error.R2 <= Minimum + _slack;

        public override double Allowed(double total) => (1 - Minimum) * total;
    }

    internal sealed record MaximumSquaredError(double Maximum) : OfError
    {
        public override bool IsMet(SquaredError error) => error.Residual <= Maximum;

        public override bool IsClose(SquaredError error) => error.Residual >= 0.999 * Maximum;

        public override double Allowed(double total) => Maximum;
    }

    internal sealed record GivenStep(double Size) : QuantizeTarget;

    internal sealed record MaximumBits(double PerValue) : QuantizeTarget;
}
