using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Gate;
using CompressTasks.Memory;
using CompressTasks.Metrics;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Reporting;
using CompressTasks.Spec;
using CompressTasks.Threading;
using CompressTasks.WeightCoding;
using CompressTasks.WeightCoding.Decoding;

namespace CompressTasks.Compression;

/// <summary>Reads an artifact back from disk, decodes every weight, and compares it with the original model.</summary>
internal static class ArtifactVerifier
{
    /// <summary>Checks all checksums and hashes and measures quality.</summary>
    /// <exception cref="CompressException">A file is damaged, or the artifact was made from another model.</exception>
    public static Verification Verify(string artifactPath, string modelPath, int threads, CancellationToken cancellationToken)
    {
        using var model = OnnxModel.Open(modelPath);
        var qualities = MeasureAny(artifactPath, model, threads, cancellationToken);
        model.RequireUnchanged();
        var worst = PooledQuality.Worst(qualities);
        return new(artifactPath, modelPath, PooledQuality.R2(qualities), worst.R2, worst.Path,
            [.. qualities.Select(q => new VerifiedWeight(q.Path, q.Error.R2))]);
    }

    /// <summary>Of a runnable model too, or an artifact that decodes to one: its graph is another.</summary>
    private static IReadOnlyList<WeightQuality> MeasureAny(string path, OnnxModel model, int threads, CancellationToken cancellationToken)
    {
        if (RunnableVerifier.IsModel(path))
            return RunnableVerifier.Measure(path, model, threads, cancellationToken);
        try
        {
            return Measure(path, model, threads, ProgressMeter.None, cancellationToken);
        }
        catch (CompressException error) when (VerificationDiagnostics.IsAnotherModel(error))
        {
            if (RunnableVerifier.MeasureRewritten(path, model, threads, cancellationToken) is { } qualities)
                return qualities;
            throw;
        }
    }

    /// <summary>Checks all checksums and hashes, which takes no model.</summary>
    /// <exception cref="CompressException">The artifact is damaged.</exception>
    public static IntegrityCheck CheckIntegrity(string artifactPath, int threads, CancellationToken cancellationToken)
    {
        using var artifact = ArtifactReader.Open(artifactPath);
        artifact.ReadSkeleton();
        var lossless = 0;
        var decoding = new WorkerPool(threads);
        var decoder = WeightDecoder.Of(decoding);
        OrderedParallel.Run(
            [.. artifact.Entries.Select(e => (long)e.Weight.PayloadLength)],
            decoding,
            index =>
            {
                var entry = artifact.Entries[index];
                var isExact = false;
                artifact.ReadPayload(entry, (chunk, weight, bytes) =>
                {
                    isExact = Chunk.IsExact(chunk.Span);
                    decoder(chunk, weight, bytes);
                }, new byte[entry.Weight.PayloadLength]);
                return isExact;
            },
            (_, isExact) => lossless += isExact ? 1 : 0,
            cancellationToken);
        return new(artifactPath, artifact.Length, artifact.Entries.Count, lossless);
    }

    /// <summary>Judges an artifact by a spec's gate, as a run of the spec does: weights, sizes, outputs, speed and metrics.</summary>
    /// <param name="verification">What <see cref="Verify"/> found.</param>
    /// <param name="spec">Its gate says what must hold; its models and rules are not read.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="cancellationToken">Stops between runs, and ends programs.</param>
    /// <returns>With all figures, and what does not hold.</returns>
    /// <exception cref="CompressException">The samples do not fit, a model cannot be run, or a metric's files are missing.</exception>
    public static (Verification Verification, IReadOnlyList<Diagnostic> Failures) Judge(Verification verification, CompressionSpec spec, int threads,
        CancellationToken cancellationToken)
    {
        using var model = OnnxModel.Open(verification.Model);
        var evaluation = spec.Gate?.Outputs is { } gate
            ? OutputGateRunner.Prepare(gate, spec.Folder, model, verification.Model, blameBudget: BlameSearch.Least) : null;
        var metrics = MetricRunner.Prepare(spec.Gate, spec.Folder, verification.Model, _ => { }, cancellationToken);
        using var restored = evaluation is null && metrics is null ? null : TrialModel.OfResult(verification.Artifact, threads, cancellationToken);
        var outputs = evaluation is null ? null : RoundedTrial.Run(evaluation, model, restored!, threads, cancellationToken);
        var measured = metrics?.Measure(restored!.Path);

        var options = new CompressionOptions { Threads = threads };
        var speed = spec.Gate?.Speed is null ? null
            : SpeedRunner.Measure(spec.Gate, spec.Folder, model, verification.Model, verification.Artifact, options, cancellationToken);

        var original = new FileSummary(verification.Model, model.Sha256, model.TotalBytes);
        var bytes = BytesOf(verification.Artifact);
        var total = new TotalSummary(verification.R2, verification.WorstWeightR2, verification.WorstWeight, original.Bytes / (double)bytes,
            original.Bytes, bytes, BitsPerWeight: 0);
        var (verdict, failures) = QualityGate.Check(spec.Gate, original, total, verification.Weights, outputs, measured, speed);
        return (verification with
        {
            Outputs = outputs,
            Speed = speed,
            Metrics = measured?.Select(MetricGate.Summary).ToList(),
            Gate = verdict,
        }, failures);
    }

    /// <summary>Of a runnable model with its external data.</summary>
    private static long BytesOf(string path)
    {
        if (!RunnableVerifier.IsModel(path))
            return new FileInfo(path).Length;
        using var runnable = OnnxModel.Open(path);
        return runnable.TotalBytes;
    }

    /// <summary>The error of every weight that the artifact codes with a loss, in the artifact's order.</summary>
    /// <exception cref="CompressException">A file is damaged, or the artifact was made from another model.</exception>
    public static IReadOnlyList<WeightQuality> Measure(string artifactPath, OnnxModel model, int threads, ProgressMeter progress,
        CancellationToken cancellationToken)
    {
        using var artifact = ArtifactReader.Open(artifactPath);
        var weights = model.Weights.ToDictionary(w => w.Path, StringComparer.Ordinal);
        var excised = Excised(artifact, model, artifactPath);
        progress.AddStructure(RequireSameStructure(artifact, model, excised, artifactPath));

        var qualities = new List<WeightQuality>();
        var decoding = new WorkerPool(threads);
        var decoder = WeightDecoder.Of(decoding);
        var garbage = new MemoryPressure(artifact.Entries.Sum(e => (long)e.Weight.PayloadLength));
        OrderedParallel.Run(
            [.. artifact.Entries.Select(e => (long)e.Weight.PayloadLength)],
            decoding,
            index =>
            {
                var entry = artifact.Entries[index];
                if (!weights.TryGetValue(entry.Weight.Path, out var weight) || weight.PayloadBytes != entry.Weight.PayloadLength
                    || (int)weight.ElementType != entry.Weight.ElementType)
                    throw VerificationDiagnostics.AnotherModel(artifactPath, model.Path,
                        $"it has no weight '{entry.Weight.Path}' of the same type and size");
                var quality = Compare(artifact, entry, decoder, model, weight, artifactPath);
                garbage.Add(entry.Weight.PayloadLength);
                return quality;
            },
            (index, quality) =>
            {
                if (quality is { } lossy)
                    qualities.Add(lossy);
                progress.Add(artifact.Entries[index].Weight.PayloadLength);
            },
            cancellationToken);
        return qualities;
    }

    private static WeightQuality? Compare(ArtifactReader artifact, ArtifactEntry entry, ChunkDecoder decoder, OnnxModel model, OnnxWeight weight,
        string artifactPath)
    {
        var payload = new byte[entry.Weight.PayloadLength];
        var isExact = false;
        artifact.ReadPayload(entry, Decode, payload);
        var original = model.ReadBytes(weight);
        if (isExact)
        {
            return payload.AsSpan().SequenceEqual(original)
                ? null
                : throw VerificationDiagnostics.AnotherModel(artifactPath, model.Path,
                    $"'{weight.Path}', which is carried exactly, has other values");
        }

        return new(weight.Path, PayloadError.Between(weight.ElementType, original, payload))
        {
            Groups = GroupR2.Between(weight.ElementType, weight.Shape, original, payload),
        };

        void Decode(ReadOnlyMemory<byte> chunk, ArtifactWeight place, Span<byte> bytes)
        {
            isExact = Chunk.IsExact(chunk.Span);
            decoder(chunk, place, bytes);
        }
    }

    /// <summary>The weights of the model whose place the artifact fills, found by their holes.</summary>
    private static List<OnnxWeight> Excised(ArtifactReader artifact, OnnxModel model, string artifactPath)
    {
        var paths = artifact.Entries.Select(e => e.Weight.Path).ToHashSet(StringComparer.Ordinal);
        var excised = model.Weights.Where(w => w.CanExcise
            && (paths.Contains(w.Path) || (model.SharedWith(w) is { } first && paths.Contains(first.Path)))).ToList();
        if (model.Weights.Any(w => w is { Storage: WeightStorage.External, CanExcise: true } && !excised.Contains(w)))
            throw VerificationDiagnostics.AnotherModel(artifactPath, model.Path, "it has external data that the artifact does not know");
        return excised;
    }

    /// <returns>Its bytes.</returns>
    private static long RequireSameStructure(ArtifactReader artifact, OnnxModel model, List<OnnxWeight> excised, string artifactPath)
    {
        using var skeleton = new MemoryStream();
        model.Excise(excised).WriteSkeleton(skeleton);
        if (!skeleton.GetBuffer().AsSpan(0, (int)skeleton.Length).SequenceEqual(artifact.ReadSkeleton()))
            throw VerificationDiagnostics.AnotherModel(artifactPath, model.Path, "the bytes outside of its weights differ");
        return skeleton.Length;
    }
}
