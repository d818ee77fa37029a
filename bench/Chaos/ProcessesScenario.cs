using System.Diagnostics;
using CompressTasks.Benchmarks.Page;

namespace CompressTasks.Benchmarks.Chaos;

/// <summary>Several processes write to one folder at once, each with another setting.</summary>
internal sealed class ProcessesScenario(Verb verb, Findings findings)
{
    public static MarkdownTable Table() => new(
        "verb", "processes at once", "rounds", "exit code 0", "exit code 1 with a number", "anything else", "of one run at the end", "mixed",
        "left after the next run");

    public void Run(MarkdownTable table, int processes, int rounds)
    {
        var (done, refused, otherwise, whole, mixed) = (0, 0, 0, 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            verb.Reset(0);
            var started = Enumerable.Range(0, processes).Select(i => ToolProgram.Start(verb.Command(i))).ToList();
            var outcomes = started.AsParallel().WithDegreeOfParallelism(processes).Select(ToolProgram.Finish).ToList();
            started.ForEach(process => process.Dispose());
            done += outcomes.Count(outcome => outcome.IsDone);
            refused += outcomes.Count(outcome => outcome.IsRefused);
            foreach (var wrong in outcomes.Where(outcome => !outcome.IsDone && !outcome.IsRefused))
            {
                otherwise++;
                findings.Add($"{verb.Name}, {processes} at once: {wrong}");
            }

            if (verb.Found(out var isAway) is not null && !isAway)
                whole++;
            else
            {
                mixed++;
                findings.Add($"{verb.Name}, {processes} at once, {string.Join("; ", outcomes)}: there is {FolderState.Of(verb.Folder)}");
            }
        }

        var left = KillScenario.LeftAfterWholeRun(verb, findings);
        table.Row([verb.Name, .. new[] { processes, rounds, done, refused, otherwise, whole, mixed, left }.Select(count => Cell.Count(count))]);
    }
}
