using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CompressTasks.Stages.Gaussian;

/// <summary>
/// Orthogonal matching pursuit in its order-recursive form: each step takes the atom that lowers the least-squares error most
/// (Chen, Billings, Luo 1989; "optimized" in Rebollo-Neira, Lowe 2002). The products of all atoms with the residual and the energies of all atoms
/// outside the span of the chosen ones are updated from a row of the Gram matrix; the signal is correlated once. One instance per thread.
/// </summary>
internal sealed class MatchingPursuit
{
    private const int Lanes = 8;

    /// <summary>Atoms with less of their energy outside the span of the chosen ones would need huge amplitudes that cancel.</summary>
    private const float LeastEnergy = 0.02f;

    /// <summary>A step that explains less of a signal of unit norm fits rounding errors.</summary>
    private const float LeastGain = 1e-10f;

    private readonly GaussianDictionary _dictionary;
    private readonly float[] _products;
    private readonly float[] _energies;
    private readonly float[] _directions;
    private readonly float[] _coefficients;

    public MatchingPursuit(GaussianDictionary dictionary, int mostAtoms)
    {
        _dictionary = dictionary;
        _products = new float[dictionary.PaddedCount];
        _energies = new float[dictionary.PaddedCount];
        _directions = new float[mostAtoms * dictionary.PaddedCount];
        _coefficients = new float[mostAtoms];
    }

    /// <summary>
    /// Chooses atoms for <paramref name="signal"/> (padded with zeros, norm at most 1) until <paramref name="chosen"/> is full or nothing is left to
    /// gain.
    /// </summary>
    /// <returns>The number of atoms chosen.</returns>
    public int Choose(ReadOnlySpan<float> signal, Span<int> chosen)
    {
        _dictionary.Correlate(signal, _products);
        _energies.AsSpan(0, _dictionary.Count).Fill(1);
        for (var step = 0; step < chosen.Length; step++)
        {
            var (atom, gain) = Best();
            if (!(gain > LeastGain))
                return step;
            chosen[step] = atom;
            if (step + 1 < chosen.Length)
                ProjectOut(atom, step);
        }

        return chosen.Length;
    }

    private (int Atom, float Gain) Best()
    {
        ref var products = ref MemoryMarshal.GetArrayDataReference(_products);
        ref var energies = ref MemoryMarshal.GetArrayDataReference(_energies);
        var bestGain = Vector256<float>.Zero;
        var bestIndex = Vector256<int>.Zero;
        var index = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
        var least = Vector256.Create(LeastEnergy);
        for (nuint i = 0; i < (nuint)_products.Length; i += Lanes)
        {
            var product = Vector256.LoadUnsafe(ref products, i);
            var energy = Vector256.LoadUnsafe(ref energies, i);
            var gain = product * product / Vector256.Max(energy, least);
            var better = Vector256.GreaterThan(gain, bestGain) & Vector256.GreaterThan(energy, least);
            bestGain = Vector256.ConditionalSelect(better, gain, bestGain);
            bestIndex = Vector256.ConditionalSelect(better.AsInt32(), index, bestIndex);
            index += Vector256.Create(Lanes);
        }

        var best = (Atom: bestIndex[0], Gain: bestGain[0]);
        for (var lane = 1; lane < Lanes; lane++)
        {
            if (bestGain[lane] > best.Gain || (bestGain[lane] == best.Gain && bestIndex[lane] < best.Atom))
                best = (bestIndex[lane], bestGain[lane]);
        }

        return best;
    }

    /// <summary>The products of all atoms with the new orthonormal direction, and with what they leave of the residual and of the energies.</summary>
    private void ProjectOut(int atom, int step)
    {
        var count = _products.Length;
        var inverse = 1 / MathF.Sqrt(_energies[atom]);
        for (var k = 0; k < step; k++)
            _coefficients[k] = _directions[(k * count) + atom];
        ref var gram = ref MemoryMarshal.GetReference(_dictionary.Gram(atom));
        ref var directions = ref MemoryMarshal.GetArrayDataReference(_directions);
        ref var products = ref MemoryMarshal.GetArrayDataReference(_products);
        ref var energies = ref MemoryMarshal.GetArrayDataReference(_energies);
        var along = Vector256.Create(_products[atom] * inverse);
        for (nuint i = 0; i < (nuint)count; i += Lanes)
        {
            var direction = Vector256.LoadUnsafe(ref gram, i);
            for (var k = 0; k < step; k++)
                direction -= Vector256.Create(_coefficients[k]) * Vector256.LoadUnsafe(ref directions, (nuint)(k * count) + i);
            direction *= Vector256.Create(inverse);
            direction.StoreUnsafe(ref directions, (nuint)(step * count) + i);
            (Vector256.LoadUnsafe(ref products, i) - (along * direction)).StoreUnsafe(ref products, i);
            (Vector256.LoadUnsafe(ref energies, i) - (direction * direction)).StoreUnsafe(ref energies, i);
        }
    }
}
