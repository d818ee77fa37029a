namespace CompressTasks.Benchmarks.Chaos;

/// <summary>What a scenario has seen that must not be. For use from several threads.</summary>
internal sealed class Findings
{
    private readonly List<string> _found = [];

    public int Count
    {
        get
        {
            lock (_found)
                return _found.Count;
        }
    }

    public void Add(string what)
    {
        lock (_found)
            _found.Add(what);
        Console.Error.WriteLine($"WRONG: {what}");
    }
}
