using CompressTasks.Diagnostics;

namespace CompressTasks.Spec;

/// <summary>An entry of the spec's models: one file, or a glob.</summary>
/// <param name="Pattern">Path or glob, relative to the spec's folder, with <c>/</c> between folders.</param>
/// <param name="Name">The artifact's file name without extension, or null for the model's.</param>
/// <param name="At">Where the spec writes the path.</param>
internal sealed record ModelSpec(string Pattern, string? Name, SourceLocation At)
{
    /// <summary>What is written.</summary>
    public ModelFormat Format { get; init; } = ModelFormat.Onnxz;

    internal bool IsGlob => Pattern.Contains('*', StringComparison.Ordinal);
}

/// <summary>A model that exists, and where its artifact goes.</summary>
/// <param name="Path">Full path of the model.</param>
/// <param name="ArtifactPath">Full path of the artifact.</param>
/// <param name="At">The place of the entry that names or matches it.</param>
internal sealed record ModelFile(string Path, string ArtifactPath, SourceLocation At)
{
    /// <summary>What is written.</summary>
    public ModelFormat Format { get; init; } = ModelFormat.Onnxz;
}

/// <summary>The files that are made of a model.</summary>
internal enum ModelFormat
{
    /// <summary>An artifact.</summary>
    Onnxz,

    /// <summary>A runnable model.</summary>
    Onnx,

    /// <summary>An artifact, and the runnable model that it decodes to.</summary>
    Both,
}
