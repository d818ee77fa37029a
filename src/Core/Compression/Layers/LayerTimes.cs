using System.Diagnostics;
using CompressTasks.Compression.Search;
using CompressTasks.Diagnostics;
using CompressTasks.Outputs.Speed;

namespace CompressTasks.Compression.Layers;

/// <summary>
/// What layers take as integers and in float: a model in which all are integers is run in turns with one in which those of one kind are not. What a
/// layer has around it counts so: between two layers of integers nothing has to be converted.
/// </summary>
/// <param name="candidates">The layers.</param>
/// <param name="writer">Writes the models.</param>
/// <param name="inputs">What they are run on.</param>
/// <param name="threads">Of a run.</param>
/// <param name="at">Where the spec asks for it.</param>
/// <param name="deadline">When to stop; what is not known then is missing.</param>
/// <param name="cancellationToken">Stops between runs.</param>
internal sealed class LayerTimes(LayerCandidates candidates, RunnableWriter writer, TimedInputs inputs, int threads, SourceLocation at,
    Deadline deadline, CancellationToken cancellationToken)
{
    /// <summary>The layers of more kinds are timed together, the smallest ones.</summary>
    private const int MostKinds = 24;

    private const int FewestPairs = 3;
    private const int UsualPairs = 11;
    private const int MostPairs = 101;

    private static readonly TimeSpan _usualTime = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _longestTime = TimeSpan.FromSeconds(4);

    /// <summary>Forms that are timed beside the usual one.</summary>
    private static readonly LayerForm[] _others = [LayerForm.Integer8PerToken, LayerForm.Integer8Residual, LayerForm.Integer4];

    private readonly Dictionary<(string Path, LayerForm Form), double> _saved = [];

    /// <summary>Whether there was no time for some.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What a form of a layer saves of a run, in milliseconds; null when not measured.</summary>
    public double? Saved(SearchedLayer layer, LayerForm form) =>
        _saved.TryGetValue((layer.Path, form), out var saved) ? saved : null;

    /// <summary>The form in which a layer is in the model that the others are compared with.</summary>
    public static LayerForm Fast(SearchedLayer layer) => layer.Has(LayerForm.Integer8) ? LayerForm.Integer8 : LayerForm.Integer4;

    /// <summary>Measures all layers.</summary>
    /// <param name="progress">Told how many kinds are done.</param>
    public void Measure(Action<double> progress)
    {
        var kinds = Kinds(candidates.Layers);
        var all = writer.Write(candidates.With(Fast));
        using (var session = Open(all))
        {
            foreach (var (index, kind) in kinds.Index())
            {
                IsCut = deadline.HasPassed;
                if (IsCut)
                    break;
                var paths = kind.Select(layer => layer.Path).ToHashSet(StringComparer.Ordinal);
                var inFloat = Extra(session, layer => paths.Contains(layer.Path) ? LayerForm.Float32 : Fast(layer));
                foreach (var layer in kind)
                    _saved[(layer.Path, Fast(layer))] = inFloat / kind.Count;
                foreach (var other in _others.Where(other => kind.All(layer => Fast(layer) != other && layer.Has(other))))
                {
                    IsCut = deadline.HasPassed;
                    if (IsCut)
                        break;
                    var with = Extra(session, layer => paths.Contains(layer.Path) ? other : Fast(layer));
                    foreach (var layer in kind)
                        _saved[(layer.Path, other)] = (inFloat - with) / kind.Count;
                }

                progress((index + 1) / (double)kinds.Count);
            }
        }

        all.Delete();
    }

    /// <summary>Two models in turns.</summary>
    /// <returns>The time of the first over that of the second, the median of pairs.</returns>
    public PairedTimes Compare(TimedSession first, TimedSession second)
    {
        var clock = Stopwatch.StartNew();
        var pairs = new PairedTimes(threshold: 1);
        var runs = new PairedRuns(first, second, inputs, cancellationToken);
        while (pairs.Count < FewestPairs || (clock.Elapsed < _longestTime && !IsEnough()))
            runs.Add(pairs);
        return pairs;

        bool IsEnough() => pairs.Count >= MostPairs || (pairs.Count >= UsualPairs && clock.Elapsed >= _usualTime);
    }

    public TimedSession Open(string path) => TimedSession.Open(path, path, threads, at, countsProcessor: threads == 1);

    private TimedSession Open(WrittenModel model) => Open(model.Path);

    /// <returns>By how many milliseconds a run takes longer; 0 where half of the pairs say so, and half do not.</returns>
    private double Extra(TimedSession all, Func<SearchedLayer, LayerForm> formOf)
    {
        var model = writer.Write(candidates.With(formOf));
        try
        {
            using var session = Open(model);
            var pairs = Compare(all, session);
            return pairs.LowerQuartile < 1 && pairs.UpperQuartile > 1 ? 0 : pairs.Original * ((1 / pairs.Ratio) - 1);
        }
        finally
        {
            model.Delete();
        }
    }

    private static List<IReadOnlyList<SearchedLayer>> Kinds(IReadOnlyList<SearchedLayer> layers)
    {
        var kinds = layers.GroupBy(layer => layer.Kind, StringComparer.Ordinal).OrderByDescending(kind => kind.Sum(layer => layer.Elements))
            .Select(kind => (IReadOnlyList<SearchedLayer>)[.. kind]).ToList();
        return kinds.Count <= MostKinds ? kinds
            : [.. kinds.Take(MostKinds - 1), [.. kinds.Skip(MostKinds - 1).SelectMany(kind => kind)]];
    }
}
