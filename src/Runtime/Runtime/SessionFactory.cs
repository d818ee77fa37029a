using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// Makes a session of an artifact. Weights go to ONNX Runtime as parts of the model's own bytes or of its external data files, never through
/// <see cref="SessionOptions.AddInitializer"/> alone: the optimizer would fold or fuse the placeholder first, and the session would silently compute
/// something else.
/// </summary>
internal sealed class SessionFactory(ArtifactReader reader, CompressedModelOptions options)
{
    // What a session that lives uses serves the next one as well.
    private DecodedModel? _last;

    /// <param name="sessionOptions">Null for the defaults.</param>
    /// <param name="progress">Is told the share of the weights' bytes that are decoded.</param>
    /// <param name="cancellationToken">Is looked at before every weight and before the session is made.</param>
    /// <exception cref="CompressException">The artifact is damaged, or CT3202 to CT3205.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public InferenceSession Create(SessionOptions? sessionOptions, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        using var runtime = new RuntimeStart(sessionOptions);
        return Guarded(reader.Path, BytesOf(reader.Files), () => Open(runtime, progress, cancellationToken));
    }

    /// <summary>Lets ONNX Runtime make a session, and says what is wrong when it does not.</summary>
    /// <param name="path">What diagnostics call the model.</param>
    /// <param name="bytes">What it needs in memory.</param>
    /// <param name="open">Makes the session.</param>
    /// <exception cref="CompressException">CT3202 to CT3204, and what <paramref name="open"/> throws.</exception>
    public static InferenceSession Guarded(string path, long bytes, Func<InferenceSession> open)
    {
        try
        {
            return open();
        }
        catch (OnnxRuntimeException cause)
        {
            throw RuntimeDiagnostics.Refused(path, cause);
        }
        catch (Exception cause) when (RuntimeDiagnostics.IsLoadFailure(cause))
        {
            throw RuntimeDiagnostics.NoOnnxRuntime(path, cause);
        }
        catch (OutOfMemoryException cause)
        {
            throw RuntimeDiagnostics.OutOfMemory(path, bytes, cause);
        }
    }

    private InferenceSession Open(RuntimeStart runtime, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _last) is { } last && last.TryShare())
        {
            using (last)
            {
                progress?.Report(1);
                return InMemory(last, runtime.Options);
            }
        }

        using var decoding = new ModelDecoding(reader, options, progress, cancellationToken);
        if (options.Cache is { } cache)
        {
            // If the model itself is at fault, and not what lies in the cache, the way through memory says so.
            var session = options.CacheOptimized && runtime.AreDefaults
                ? FromCache(() => OptimizedModel.InCache(reader, cache, given => InMemory(decoding.Model, given), cancellationToken))
                : null;
            session ??= FromCache(() => decoding.InCache(cache));
            if (session is not null)
                return session;
        }

        var model = decoding.Model;
        cancellationToken.ThrowIfCancellationRequested();
        return InMemory(model, runtime.Options);

        InferenceSession? FromCache(Func<string?> find)
        {
            try
            {
                if (find() is not { } path)
                    return null;
                decoding.Forget();
                return new InferenceSession(path, runtime.Options);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or OnnxRuntimeException)
            {
                // A cache is to save time: where it cannot be written or read, the model goes through memory.
                return null;
            }
        }
    }

    private InferenceSession InMemory(DecodedModel model, SessionOptions sessionOptions)
    {
        if (model.Externals.Count == 0)
            return new InferenceSession(model.Main, sessionOptions);
        if (ExternalDataSession.TryCreate(model, sessionOptions, options.PrePackedWeights) is { } session)
        {
            Volatile.Write(ref _last, model);
            return session;
        }

        return model.Moved is null ? TemporaryFolderSession.Create(model, sessionOptions) : new InferenceSession(model.Join(), sessionOptions);
    }

    private static long BytesOf(IReadOnlyList<ArtifactFile> files)
    {
        var bytes = 0L;
        foreach (var file in files)
            bytes += file.Length;
        return bytes;
    }

    /// <summary>
    /// Loads ONNX Runtime while the model is decoded, or looked for: it takes as long as to decode ten megabytes, and neither needs the other.
    /// </summary>
    /// <param name="given">The caller's options: who has some, has loaded it. Null for the defaults.</param>
    private sealed class RuntimeStart(SessionOptions? given) : IDisposable
    {
        private readonly Task<SessionOptions>? _defaults = given is null ? Task.Run(Load) : null;

        /// <summary>Whether the caller has no options.</summary>
        public bool AreDefaults => given is null;

        /// <summary>Waits until it is there.</summary>
        public SessionOptions Options => given ?? _defaults!.GetAwaiter().GetResult();

        public void Dispose() => _defaults?.ContinueWith(static task =>
        {
            if (task.IsCompletedSuccessfully)
                task.Result.Dispose();
            else
                _ = task.Exception;
        }, TaskScheduler.Default);

        private static SessionOptions Load()
        {
            _ = OrtEnv.Instance();
            return new SessionOptions();
        }
    }
}
