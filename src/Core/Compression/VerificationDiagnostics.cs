using CompressTasks.Diagnostics;

namespace CompressTasks.Compression;

/// <summary>What can be wrong between an artifact and a model (CT3100 and up).</summary>
internal static class VerificationDiagnostics
{
    public static CompressException AnotherModel(string artifact, string model, string found) =>
        new(new Diagnostic("CT3101", Severity.Error,
            $"The artifact was not made from {model}: {found}. Verify it against the model that it was made from.", new SourceLocation(artifact)));
}
