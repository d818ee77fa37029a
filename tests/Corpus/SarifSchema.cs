namespace CompressTasks.Corpus;

/// <summary>
/// The JSON schema of SARIF 2.1.0, from an npm package that carries it, fetched at first use into <see cref="CorpusCache.Folder"/>.
/// </summary>
public static class SarifSchema
{
    private static readonly NpmPackage _package = new(
        "@microsoft/jest-sarif",
        "1.0.0-beta.0",
        "A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpVnSmwWGBukASkiQ9A==");

    private static readonly Lazy<string> _folder = new(_package.Unpack);

    /// <summary>Why tests that need the schema cannot run on this machine, or null when they can.</summary>
    public static string? NotAvailableReason { get; } = _package.NotAvailableReason();

    /// <summary>The schema's file (JSON Schema draft 4).</summary>
    public static string Path => System.IO.Path.Combine(_folder.Value, "lib", "schemas", "sarif-2.1.0-rtm.5.json");
}
