using CompressTasks.Compression;

namespace CompressTasks.Core.Tests.Compression;

/// <summary>Does something with what is told, at once.</summary>
internal sealed class ToldProgress(Action<CompressionProgress> action) : IProgress<CompressionProgress>
{
    void IProgress<CompressionProgress>.Report(CompressionProgress value) => action(value);
}
