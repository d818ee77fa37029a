using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using CompressTasks.Artifacts;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// A model as ONNX Runtime has optimized it, in a cache: to optimize it takes a part of the time of each start. It belongs to one
/// version of ONNX Runtime and to processors of one kind, and to sessions without options of the caller: these might say which optimizations to leave
/// out, which weights to exchange, or what else to run on. A session optimizes it further: it then computes what it would have computed.
/// </summary>
internal static class OptimizedModel
{
    private const GraphOptimizationLevel Level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED;

    /// <summary>Finds the model in a cache, or puts it there.</summary>
    /// <param name="reader">The artifact.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="open">Makes a session of the model with options.</param>
    /// <param name="cancellationToken">Is looked at while another process writes the same model.</param>
    /// <returns>Its path; null if it is larger than the cache may be.</returns>
    /// <exception cref="IOException">The cache cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The cache must not be written to.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the model, or cannot write it.</exception>
    public static string? InCache(ArtifactReader reader, ModelCache cache, Func<SessionOptions, InferenceSession> open,
        CancellationToken cancellationToken)
    {
        var key = Key(reader.Sha256());
        return cache.Find(key) ?? cache.Add(key, reader.Files.Sum(file => file.Length), folder => Write(folder, open), cancellationToken);
    }

    private static string Write(string folder, Func<SessionOptions, InferenceSession> open)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = Level,
            OptimizedModelFilePath = Path.Combine(folder, DecodedModel.MainName),
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", MovedTensors.UsualName);
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "4096");
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        open(options).Dispose();
        return DecodedModel.MainName;
    }

    private static string Key(string artifact)
    {
        var processor = $"{RuntimeInformation.ProcessArchitecture} {Avx2.IsSupported} {Avx512F.IsSupported}";
        var kind = $"{artifact} {Level} {OrtEnv.Instance().GetVersionString()} {processor}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kind)));
    }
}
