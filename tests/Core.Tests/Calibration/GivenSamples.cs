using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;

namespace CompressTasks.Core.Tests.Calibration;

/// <summary>Samples in memory.</summary>
internal sealed class GivenSamples(IReadOnlyList<SampleSequence> sequences) : ISampleSource
{
    public SampleSourceSummary Summary => new("npz", null, null, sequences.Count);

    public IReadOnlyList<string> Files => [];

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun) => sequences;
}
