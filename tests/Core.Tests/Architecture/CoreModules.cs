namespace CompressTasks.Core.Tests.Architecture;

/// <summary>What counts as a module of Core, and where a program that only opens artifacts comes in.</summary>
internal static class CoreModules
{
    public const string OpensArtifacts = "Runtime/CompressedModel.cs";

    public static IReadOnlyList<string> Inner { get; } = ["Reporting/Writers", "WeightCoding/Encoding"];
}
