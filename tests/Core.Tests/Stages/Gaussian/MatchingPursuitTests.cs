using CompressTasks.Stages.Gaussian;

namespace CompressTasks.Core.Tests.Stages.Gaussian;

public sealed class MatchingPursuitTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(37)]
    public void EveryStepTakesTheAtomThatAFullLeastSquaresSolutionOverTheDictionaryWouldTake(int length)
    {
        const int Steps = 6;
        var dictionary = GaussianDictionary.For(length);
        var atoms = Enumerable.Range(0, dictionary.Count).Select(i => Array.ConvertAll(dictionary.Dense(i), v => (double)v)).ToArray();
        var pursuit = new MatchingPursuit(dictionary, Steps);
        for (var seed = 0; seed < 5; seed++)
        {
            var signal = new double[dictionary.PaddedLength];
            PlainGaussian.Random(seed, 1, length).Values.CopyTo(signal, 0);
            var norm = Math.Sqrt(PlainGaussian.Energy(signal));
            for (var j = 0; j < signal.Length; j++)
                signal[j] = (float)(signal[j] / norm);
            var chosen = new int[Steps];
            pursuit.Choose(Array.ConvertAll(signal, v => (float)v), chosen).ShouldBe(Steps);

            var before = new List<double[]>();
            foreach (var atom in chosen)
            {
                var errors = atoms.Select(a => Error(signal, before, a)).ToArray();
                errors[atom].ShouldBe(errors.Min(), 1e-5, $"step {before.Count} of signal {seed}");
                before.Add(atoms[atom]);
            }
        }
    }

    [Fact]
    public void ASignalThatIsAnAtomNeedsOneStep()
    {
        var dictionary = GaussianDictionary.For(64);
        var chosen = new int[4];
        new MatchingPursuit(dictionary, 4).Choose(dictionary.Dense(100), chosen).ShouldBe(1);
        chosen[0].ShouldBe(100);
    }

    [Fact]
    public void ASignalOfZerosNeedsNoStep() =>
        new MatchingPursuit(GaussianDictionary.For(64), 4).Choose(new float[64], new int[4]).ShouldBe(0);

    [Fact]
    public void GramMatrixHoldsTheInnerProductsOfTheAtoms()
    {
        var dictionary = GaussianDictionary.For(40);
        for (var i = 0; i < dictionary.Count; i += 7)
        {
            var a = dictionary.Dense(i);
            for (var j = 0; j < dictionary.Count; j += 5)
                ((double)dictionary.Gram(i)[j]).ShouldBe(a.Zip(dictionary.Dense(j), (x, y) => (double)x * y).Sum(), 1e-6);
        }
    }

    /// <summary>Atoms of which less than one fiftieth is outside the span of those before are not eligible.</summary>
    private static double Error(double[] signal, List<double[]> before, double[] atom)
    {
        var outside = PlainGaussian.Energy(PlainGaussian.Residual(atom, before));
        return outside < 0.02 ? double.PositiveInfinity : PlainGaussian.Energy(PlainGaussian.Residual(signal, before.Append(atom)));
    }
}
