using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CompressTasks.Coding.Quantization.Trellis;

namespace CompressTasks.Core.Tests.Coding.Quantization.Trellis;

/// <summary>Single costs of a table, read as the search reads them.</summary>
internal static class RateTableCosts
{
    /// <summary>The costs of the magnitudes around a value of so many whole steps.</summary>
    public static Vector128<float> NearCost(this RateTable rates, int context, int steps, int shift) =>
        Unsafe.Add(ref rates.Near, RateTable.Row(context) + RateTable.Position(steps, shift));

    /// <summary>The costs of zero.</summary>
    public static Vector128<float> ZeroCost(this RateTable rates, int context) => Unsafe.Add(ref rates.Zero, context);
}
