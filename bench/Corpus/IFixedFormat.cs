namespace CompressTasks.Benchmarks.Corpus;

/// <summary>A format that has the same size for any values: integers and scales.</summary>
internal interface IFixedFormat
{
    /// <summary>Its name on the page.</summary>
    string Title { get; }

    /// <summary>What a weight takes, with its scales.</summary>
    double SizeInBits(WeightData weight);

    /// <summary>The values that are left of a weight.</summary>
    double[] Decoded(WeightData weight);
}
