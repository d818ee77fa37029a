using CompressTasks.Diagnostics;

namespace CompressTasks.Compression;

/// <summary>What can be wrong between an artifact and a model (CT3100 and up).</summary>
internal static class VerificationDiagnostics
{
    /// <summary>Whether an artifact does not belong to a model.</summary>
    public static bool IsAnotherModel(CompressException error) => error.Diagnostics[0].Code == "CT3101";

    public static CompressException AnotherModel(string artifact, string model, string found) =>
        new(new Diagnostic("CT3101", Severity.Error,
            $"The artifact was not made from {model}: {found}. Verify it against the model that it was made from.", new SourceLocation(artifact)));
}
