using System.Globalization;
using CompressTasks.Core.Tests.Architecture;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks.Imports;

/// <summary><c>imports [FOLDER]</c>: how Core and the runtime, of this checkout or another, hang together.</summary>
internal static class ImportsCommand
{
    public static int Run(string[] arguments)
    {
        var folder = arguments is [var given, ..] ? given : Repository.Root;
        var projects = new[] { CoreModules.RuntimeOf(folder), CoreModules.CoreOf(folder) }.Where(Directory.Exists).ToList();
        var graph = ImportGraph.OfFolders(projects.Count > 0 ? projects : [folder]);
        var modules = new ModuleGraph(graph, CoreModules.Inner);
        Print($"{graph.Files.Count} files, {graph.Imports.Count()} imports between them");
        Print($"{modules.Imports.Count} modules, {modules.Imports.Sum(module => module.Value.Count)} imports between them");
        foreach (var (module, uses) in modules.Imports)
            Print($"{module} -> {string.Join(", ", uses.Select(use => string.Create(CultureInfo.InvariantCulture, $"{use.Key} {use.Value}")))}");
        var cycles = modules.Cycles();
        Print($"{cycles.Count} cycles");
        foreach (var cycle in cycles)
            Print($"cycle of {cycle.Count}: {string.Join(", ", cycle)}");
        if (graph.Files.Contains(CoreModules.OpensArtifacts))
            PrintReached(graph);
        return 0;
    }

    private static void PrintReached(ImportGraph graph)
    {
        var reached = graph.ReachedFrom(CoreModules.OpensArtifacts);
        Print($"{reached.Count} files reached from {CoreModules.OpensArtifacts}");
        foreach (var module in reached.CountBy(file => ModuleGraph.ModuleOf(file, CoreModules.Inner)).OrderByDescending(module => module.Value))
            Print($"  {module.Key} {module.Value}");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
