namespace CompressTasks.Numerics;

/// <summary>Measures a reconstruction: Σ (reconstruction − original)².</summary>
/// <param name="reconstruction">As many values as there are originals.</param>
internal delegate double ResidualMeasure(ReadOnlySpan<double> reconstruction);
