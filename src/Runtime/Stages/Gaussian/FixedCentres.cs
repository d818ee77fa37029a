namespace CompressTasks.Stages.Gaussian;

/// <summary>Evenly spaced Gaussians of one width: the basis of the amplitude-only fit, and where unused components rest.</summary>
internal static class FixedCentres
{
    /// <summary>
    /// σ in units of the spacing: trained rows are explained equally well by 0.5 to 0.85, and the amplitudes of smooth rows are smallest here.
    /// </summary>
    private const double Width = 0.75;

    public static float Mu(int component, int components, int length) =>
        (float)(((component + 0.5) * length / components) - 0.5);

    public static float Sigma(int components, int length) =>
        (float)(Width * length / components);
}
