using CompressTasks.Spec;
using CompressTasks.Stages;
using CompressTasks.Stages.Dct;
using CompressTasks.Stages.Gaussian;
using CompressTasks.Stages.Haar;
using CompressTasks.Stages.Pca;
using CompressTasks.Stages.Recursive;

namespace CompressTasks.WeightCoding.Encoding;

/// <summary>Builds the stage that a spec describes.</summary>
internal static class StageFactory
{
    public static IStage Create(StageSpec spec, int threads) => spec switch
    {
        GaussianSpec gaussian =>
            new GaussianStage(new GaussianOptions(gaussian.Components, gaussian.Block, gaussian.Free == GaussianFreedom.Amplitude), threads),
        PcaSpec pca => new PcaStage(new PcaOptions
        {
            Components = pca.Components,
            Keep = pca.Keep,
            Variance = pca.Variance,
            Weighting = pca.Weighting == Spec.PcaWeighting.None ? Stages.Pca.PcaWeighting.None : Stages.Pca.PcaWeighting.Jacobian,
        }),
        HaarSpec haar => new HaarStage(haar.Keep, Axis(haar.Axis)),
        DctSpec dct => new DctStage(dct.Keep, Axis(dct.Axis)),
        RecursiveSpec recursive => new RecursiveStage(Create(recursive.Inner, threads), recursive.MaxLevels, recursive.MinGain),
        _ => throw new ArgumentException($"{spec.Name} does not transform a matrix.", nameof(spec)),
    };

    private static SignalAxis Axis(TransformAxis axis) => axis == TransformAxis.Rows ? SignalAxis.Rows : SignalAxis.Columns;
}
