namespace CompressTasks.Core.Tests.Architecture;

/// <summary>What counts as a module of the library, where its two projects are, and where a program that only opens artifacts comes in.</summary>
internal static class CoreModules
{
    public const string OpensArtifacts = "Runtime/CompressedModel.cs";

    public static IReadOnlyList<string> Inner { get; } = ["Reporting/Writers", "WeightCoding/Encoding"];

    public static string CoreOf(string checkout) => Path.Combine(checkout, "src", "Core");

    /// <summary>What apps get that open artifacts.</summary>
    public static string RuntimeOf(string checkout) => Path.Combine(checkout, "src", "Runtime");
}
