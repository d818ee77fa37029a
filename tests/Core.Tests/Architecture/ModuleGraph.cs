namespace CompressTasks.Core.Tests.Architecture;

/// <summary>An import graph by modules: top-level folders, and folders in them that are modules of their own.</summary>
internal sealed class ModuleGraph(ImportGraph files, params IReadOnlyList<string> innerModules)
{
    /// <summary>The modules, each with those that it uses and by how many pairs of files.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Imports { get; } = Count(files, innerModules);

    public static string ModuleOf(string file, params IReadOnlyList<string> innerModules) =>
        innerModules.FirstOrDefault(module => file.StartsWith(module + "/", StringComparison.Ordinal)) ?? file.Split('/')[0];

    /// <summary>The sets of modules that use one another in a circle; none when the modules can be put in an order.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Cycles()
    {
        var reached = Imports.Keys.ToDictionary(module => module, ReachedFrom);
        return [.. Imports.Keys
            .Where(module => reached[module].Contains(module))
            .GroupBy(module => Imports.Keys.First(other => reached[module].Contains(other) && reached[other].Contains(module)))
            .Select(cycle => cycle.ToList())];
    }

    /// <summary>What a module uses itself or through others; the module too, if it is in a circle.</summary>
    private HashSet<string> ReachedFrom(string module)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([module]);
        while (open.TryPop(out var next))
        {
            foreach (var to in Imports[next].Keys.Where(reached.Add))
                open.Push(to);
        }

        return reached;
    }

    private static SortedDictionary<string, IReadOnlyDictionary<string, int>> Count(ImportGraph files, IReadOnlyList<string> innerModules)
    {
        var pairs = files.Imports
            .Select(import => (From: ModuleOf(import.From, innerModules), To: ModuleOf(import.To, innerModules)))
            .Where(pair => pair.From != pair.To)
            .ToLookup(pair => pair.From, pair => pair.To);
        var modules = new SortedDictionary<string, IReadOnlyDictionary<string, int>>(StringComparer.Ordinal);
        foreach (var module in files.Files.Select(file => ModuleOf(file, innerModules)).Distinct())
        {
            modules.Add(module, new SortedDictionary<string, int>(
                pairs[module].GroupBy(to => to).ToDictionary(to => to.Key, to => to.Count()), StringComparer.Ordinal));
        }

        return modules;
    }
}
