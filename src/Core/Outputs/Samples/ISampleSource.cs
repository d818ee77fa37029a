using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;

namespace CompressTasks.Outputs.Samples;

/// <summary>Inputs for a model, checked against what the model wants. What it reads is streamed: a source can be larger than memory.</summary>
internal interface ISampleSource
{
    /// <summary>What and how many.</summary>
    SampleSourceSummary Summary { get; }

    /// <summary>The files that are read, as full paths.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>Where the spec names them, for a source that knows; null for where the gate's samples are named.</summary>
    SourceLocation? At => null;

    /// <summary>All samples, from the first on, each a sequence, if only of one run.</summary>
    /// <param name="samplesPerRun">Asked before each run: how many samples may go into it, if they can.</param>
    /// <exception cref="Diagnostics.CompressException">A file can no longer be read.</exception>
    IEnumerable<SampleSequence> Read(Func<int> samplesPerRun);
}
