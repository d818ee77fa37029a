using CompressTasks.Compression;
using CompressTasks.Spec;

namespace CompressTasks.Benchmarks.Outputs;

/// <summary>
/// Finds the lowest R², the same for every weight, at which the outputs are good enough. Bisects the logarithm of 1 − R² on a grid; what was measured
/// for one target narrows the search for the next.
/// </summary>
internal sealed class EqualSearch(OutputModel model, string folder)
{
    /// <summary>Neighbours differ by 1.2 % of the squared error, a hundredth of a bit per weight.</summary>
    private const int PlacesPerDecade = 200;

    private const int Decades = 7;

    /// <summary>Artifacts that differ by less are equally large.</summary>
    private const double Resolution = 0.005;

    private readonly SortedDictionary<int, OutputPoint> _points = [];

    /// <param name="target">Least R² of every output.</param>
    /// <returns>The R² of every weight, and what comes of it.</returns>
    /// <exception cref="InvalidOperationException">There is no such R² in range.</exception>
    public (double WeightR2, OutputPoint Point) Find(double target)
    {
        bool Holds(OutputPoint point) => point.R2 >= target;

        // The smallest artifact known to pass, and the largest below it that is known not to.
        var held = _points.Where(p => Holds(p.Value)).Select(p => p.Key).DefaultIfEmpty(Decades * PlacesPerDecade).First();
        var failed = _points.Keys.Where(place => place < held).DefaultIfEmpty(0).Last();
        while (held - failed > 1 && !AreAlike(failed, held))
        {
            var place = (failed + held) / 2;
            if (Holds(Measure(place)))
                held = place;
            else
                failed = place;
        }

        return _points.TryGetValue(held, out var found)
            ? (WeightR2(held), found)
            : throw new InvalidOperationException(
                FormattableString.Invariant($"{model.Title}: no R² of weights below {WeightR2(held)} gives outputs an R² of {target}."));
    }

    private bool AreAlike(int failed, int held) =>
        _points.TryGetValue(failed, out var smaller) && _points.TryGetValue(held, out var larger)
            && larger.Bytes - smaller.Bytes < Resolution * larger.Bytes;

    /// <summary>Makes the artifact whose weights have an R².</summary>
    public CompressionOutcome Make(double weightR2)
    {
        var quantize = FormattableString.Invariant($"r2: {weightR2}");
        var spec = CompressionSpec.Parse(OutputSpec.Write(model, quantize, r2: null), Path.Combine(folder, "equal.yml"));
        return Compressor.Run(spec, new CompressionOptions { Output = Path.Combine(folder, "equal") }, null, CancellationToken.None).Single();
    }

    private OutputPoint Measure(int place)
    {
        var outcome = Make(WeightR2(place));
        return _points[place] = OutputPoint.Of(outcome.Report, model == OutputModel.Sample ? ValidationLoss.OfArtifact(outcome.ArtifactPath) : null);
    }

    private static double WeightR2(int place) => 1 - Math.Pow(10, -(double)place / PlacesPerDecade);
}
