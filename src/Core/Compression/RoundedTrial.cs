using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Runnable.HalfPrecision;

namespace CompressTasks.Compression;

/// <summary>Compares the outputs of results that compute in float16, with each of their values rounded to it.</summary>
internal static class RoundedTrial
{
    /// <summary>As <see cref="OutputGateRunner.Run(string, IReadOnlyList{string}, int, CancellationToken)"/>.</summary>
    /// <param name="evaluation">Compares.</param>
    /// <param name="original">The original.</param>
    /// <param name="path">An artifact, or a runnable model.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    public static OutputsSummary Run(OutputGateRunner evaluation, OnnxModel original, string path, int threads, CancellationToken cancellationToken)
    {
        using var decoded = TrialModel.OfResult(path, threads, cancellationToken);
        return Run(evaluation, original, decoded, threads, cancellationToken);
    }

    /// <summary>The same for a restored artifact.</summary>
    /// <exception cref="CompressException">As there, and CT3090: a file cannot be written.</exception>
    public static OutputsSummary Run(OutputGateRunner evaluation, OnnxModel original, TrialModel decoded, int threads,
        CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder("rounded");
        var copy = Path.Combine(folder.FullName, "rounded.onnx");
        bool isRounded;
        try
        {
            isRounded = RoundedCopy.Write(original, decoded.Path, copy);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileDiagnostics.NoTemporaryFile(error);
        }

        if (!isRounded)
            return evaluation.Run(decoded, [], threads, cancellationToken);
        using var rounded = TrialModel.OfResult(copy, threads, cancellationToken);
        return evaluation.Run(rounded, [], threads, cancellationToken);
    }
}
