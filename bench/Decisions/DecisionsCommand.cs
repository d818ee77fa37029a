namespace CompressTasks.Benchmarks.Decisions;

/// <summary><c>dotnet run -c Release --project bench -- decisions [TOPIC ...]</c>:
/// the figures behind docs/adr, each measured against what was not taken.</summary>
internal static class DecisionsCommand
{
    private static readonly (string Topic, Action Measure)[] _topics =
    [
        ("factorization", LinearAlgebra.Factorization),
        ("moments", LinearAlgebra.Moments),
        ("amplitudes", LinearAlgebra.Amplitudes),
        ("pseudo-inverse", LinearAlgebra.PseudoInverse),
        ("axes", LinearAlgebra.Axes),
        ("model", Parsing.Model),
        ("index", Parsing.Index),
        ("skeleton", Coders.Skeleton),
        ("symbols", Coders.Symbols),
        ("floats", Coders.Floats),
        ("math", Elementary.Measure),
        ("tables", Tables.Measure),
    ];

    public static int Run(IReadOnlyList<string> topics)
    {
        foreach (var (topic, measure) in _topics.Where(t => topics.Count == 0 || topics.Contains(t.Topic)))
        {
            Console.WriteLine($"# {topic}");
            measure();
        }

        return 0;
    }
}
