namespace CompressTasks.Diagnostics;

/// <summary>The one exception that this library throws for bad input: a spec, a model or an artifact that it cannot work with.</summary>
#pragma warning disable CA1032 // An error without a diagnostic would be one without a number, a place and a remedy.
public sealed class CompressException : Exception
#pragma warning restore CA1032
{
    /// <summary>Creates the exception from one diagnostic.</summary>
    /// <param name="diagnostic">What is wrong.</param>
    /// <param name="innerException">The exception that revealed it, if any.</param>
    public CompressException(Diagnostic diagnostic, Exception? innerException = null)
        : base(diagnostic.ToString(), innerException)
    {
        Diagnostics = [diagnostic];
    }

    /// <summary>Creates the exception from everything that is wrong, reported at once.</summary>
    /// <param name="diagnostics">At least one diagnostic.</param>
    public CompressException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join(Environment.NewLine, diagnostics))
    {
        ArgumentOutOfRangeException.ThrowIfZero(diagnostics.Count);
        Diagnostics = diagnostics;
    }

    /// <summary>Everything that is wrong, in the order of its place.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
