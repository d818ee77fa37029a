using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;

namespace CompressTasks.Outputs.Samples;

/// <summary>Some of the samples of a source: three of each four, or the fourth, which what is made of those is judged by.</summary>
/// <param name="samples">All of them.</param>
/// <param name="isFourth">Whether it is the fourth of each four, or the others.</param>
internal sealed class PartOfSamples(ISampleSource samples, bool isFourth) : ISampleSource
{
    /// <summary>With fewer samples there is nothing to judge by.</summary>
    public const int Fewest = RoundingSummary.Fewest;

    public SampleSourceSummary Summary =>
        samples.Summary with { Count = isFourth ? samples.Summary.Count / Fewest : samples.Summary.Count - (samples.Summary.Count / Fewest) };

    public IReadOnlyList<string> Files => samples.Files;

    public SourceLocation? At => samples.At;

    /// <summary>One in each run.</summary>
    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun) =>
        samples.Read(() => 1).Where((_, index) => (index % Fewest == Fewest - 1) == isFourth);
}
