using System.Runtime.CompilerServices;
using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;
using CompressTasks.Threading;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// Makes a session of an artifact. Weights go to ONNX Runtime as parts of the model's own bytes or of its external data files, never through
/// <see cref="SessionOptions.AddInitializer"/>: the optimizer would fold or fuse the placeholder first, and the session would silently compute
/// something else.
/// </summary>
internal sealed class SessionFactory(ArtifactReader reader, CompressedModelOptions options)
{
    private readonly MemoryPressure _garbage = new(BytesOf(reader.Entries));

    /// <exception cref="CompressException">The artifact is damaged, or CT3202 to CT3205.</exception>
    public InferenceSession Create(SessionOptions? sessionOptions)
    {
        try
        {
            using var defaults = sessionOptions is null ? new SessionOptions() : null;
            var session = DecodeAndOpen(sessionOptions ?? defaults!);
            _garbage.Release(reader.Files[0].Length);
            return session;
        }
        catch (OnnxRuntimeException cause)
        {
            throw RuntimeDiagnostics.Refused(reader.Path, cause);
        }
        catch (Exception cause) when (RuntimeDiagnostics.IsLoadFailure(cause))
        {
            throw RuntimeDiagnostics.NoOnnxRuntime(reader.Path, cause);
        }
        catch (OutOfMemoryException cause)
        {
            throw RuntimeDiagnostics.OutOfMemory(reader.Path, reader.Files.Sum(file => file.Length), cause);
        }
    }

    private static long BytesOf(IReadOnlyList<ArtifactEntry> entries)
    {
        var bytes = 0L;
        foreach (var entry in entries)
            bytes += entry.Weight.PayloadLength;
        return bytes;
    }

    // Not inlined: the caller must not keep the decoded model alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private InferenceSession DecodeAndOpen(SessionOptions sessionOptions)
    {
        var layout = new RestorePlan(reader).Layout;
        using var decoded = DecodedModel.Decode(reader, layout, options, _garbage);
        _garbage.Release(0);
        if (decoded.Externals.Count == 0)
            return new InferenceSession(decoded.Main, sessionOptions);
        return ExternalDataSession.TryCreate(decoded, sessionOptions) ?? TemporaryFolderSession.Create(decoded, sessionOptions);
    }
}
