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

    /// <summary>Of each channel, along the last axis, the largest magnitude; nothing of values whose channels change in number.</summary>
    public IReadOnlyDictionary<string, double[]> Peaks(IReadOnlyList<string> values)
    {
        var peaks = new Dictionary<string, double[]>(StringComparer.Ordinal);
        var odd = new HashSet<string>(StringComparer.Ordinal);
        using var session = Show(values);
        Run(session, values, (name, tensor) =>
        {
            var channels = (int)(tensor.Shape.Count == 0 ? 1 : tensor.Shape[^1]);
            if (!peaks.TryGetValue(name, out var ofValue))
                peaks[name] = ofValue = new double[channels];
            if (ofValue.Length != channels)
            {
                odd.Add(name);
                return;
            }

            foreach (var (index, value) in tensor.Values().Index())
                ofValue[index % channels] = Math.Max(ofValue[index % channels], Math.Abs(value));
        });
        return peaks.Where(pair => !odd.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
    }
}
