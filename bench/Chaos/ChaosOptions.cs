using System.Globalization;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>The command line of <c>chaos</c>.</summary>
/// <param name="Scenarios">What is done, of <see cref="All"/>.</param>
/// <param name="Kills">How many runs are killed, builds among them.</param>
/// <param name="Builds">How many of them are builds.</param>
/// <param name="Rounds">How often processes write to one folder at once.</param>
/// <param name="Seed">Decides the instants.</param>
/// <param name="Lanes">How many runs there are at once, in folders of their own.</param>
/// <param name="Page">Whether the tables are stored for docs/reliability.md.</param>
internal sealed record ChaosOptions(IReadOnlyList<string> Scenarios, int Kills, int Builds, int Rounds, int Seed, int Lanes, bool Page)
{
    public const string Kill = "kill";
    public const string Inject = "inject";
    public const string Processes = "processes";

    private const string Usage = "usage: chaos [kill] [inject] [processes] [--kills N] [--builds N] [--rounds N] [--seed N] [--lanes N] [--page]";

    private static readonly IReadOnlyList<string> _all = [Kill, Inject, Processes];

    /// <exception cref="ArgumentException">Something is not understood; the message says what is.</exception>
    public static ChaosOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ChaosOptions([], Kills: 1000, Builds: 60, Rounds: 40, Seed: 1, Lanes: 2, Page: false);
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                Kill or Inject or Processes => options with { Scenarios = [.. options.Scenarios, arguments[i]] },
                "--kills" => options with { Kills = Number(++i) },
                "--builds" => options with { Builds = Number(++i) },
                "--rounds" => options with { Rounds = Number(++i) },
                "--seed" => options with { Seed = Number(++i) },
                "--lanes" => options with { Lanes = Number(++i) },
                "--page" => options with { Page = true },
                var other => throw new ArgumentException($"'{other}' is not understood; {Usage}"),
            };
        }

        return options.Scenarios.Count == 0 ? options with { Scenarios = _all } : options;

        int Number(int at) => at < arguments.Count && int.TryParse(arguments[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : throw new ArgumentException($"{arguments[at - 1]} takes a number; {Usage}");
    }
}
