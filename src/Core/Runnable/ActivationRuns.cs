using CompressTasks.Calibration;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Runnable;

/// <summary>Runs a model on samples, and shows values within it.</summary>
/// <param name="model">A copy of the model, to which outputs are added.</param>
/// <param name="samples">The samples.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class ActivationRuns(ObservedModel model, ISampleSource samples, CancellationToken cancellationToken)
{
    /// <summary>Runs that are looked at.</summary>
    private const int MostRuns = 256;

    /// <summary>A session that shows values.</summary>
    public ModelRunner Show(IReadOnlyList<string> values) => model.Show(values);

    /// <summary>Shows values of every run.</summary>
    /// <param name="session">Shows them.</param>
    /// <param name="values">Their names.</param>
    /// <param name="take">Is given the name of each, and what it was.</param>
    public void Run(ModelRunner session, IReadOnlyList<string> values, Action<string, TensorValue> take)
    {
        var wanted = values.ToHashSet(StringComparer.Ordinal);
        var inputs = session.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        List<string> asked = [.. values.Where(value => !inputs.Contains(value))];
        var runs = samples.Read(() => 1).SelectMany(sequence => Rollout.Run(session, sequence, asked, cancellationToken)).Take(MostRuns);
        foreach (var (given, outputs) in runs)
        {
            foreach (var (name, tensor) in asked.Zip(outputs).Concat(given.Select(tensor => (tensor.Name, tensor))).Where(pair => wanted.Contains(pair.Item1)))
                take(name, tensor);
        }
    }

    /// <summary>What is in the channels of values; nothing of values whose channels change in number.</summary>
    public IReadOnlyDictionary<string, ActivationChannels> Channels(IReadOnlyList<string> values)
    {
        var channels = new Dictionary<string, ActivationChannels>(StringComparer.Ordinal);
        var odd = new HashSet<string>(StringComparer.Ordinal);
        using var session = Show(values);
        Run(session, values, (name, tensor) =>
        {
            var count = (int)(tensor.Shape.Count == 0 ? 1 : tensor.Shape[^1]);
            if (!channels.TryGetValue(name, out var known))
                channels[name] = known = new(count);
            if (known.Count == count)
                known.Add(tensor);
            else
                odd.Add(name);
        });
        return channels.Where(pair => !odd.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
    }
}
