using System.Globalization;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs.Samples;

/// <summary>Uniform random values from a seed.</summary>
internal sealed class RandomSamples : ISampleSource
{
    private readonly RandomSamplesSpec _spec;
    private readonly IReadOnlyList<RandomInput> _inputs;
    private readonly IReadOnlyList<ModelInput> _wanted;
    private readonly IReadOnlyList<FeedbackPair> _feedback;

    private RandomSamples(RandomSamplesSpec spec, IReadOnlyList<RandomInput> inputs, IReadOnlyList<FeedbackPair> feedback)
    {
        _spec = spec;
        _inputs = inputs;
        _wanted = [.. inputs.Select(input => input.Input)];
        _feedback = feedback;
        Summary = new("random", null, null, spec.Count);
    }

    public SampleSourceSummary Summary { get; }

    public IReadOnlyList<string> Files => [];

    /// <exception cref="Diagnostics.CompressException">CT1501, CT1505 or CT1507: the spec says something of an input that cannot be.</exception>
    public static RandomSamples Create(RandomSamplesSpec spec, IReadOnlyList<ModelInput> inputs, OnnxModel model, IReadOnlyList<FeedbackPair> feedback,
        IReadOnlyList<ModelInput>? outputs = null)
    {
        var states = StatefulModel.Find(inputs, outputs ?? []).Select(state => state.Input).ToHashSet(StringComparer.Ordinal);
        var shapes = RandomShapes.Resolve(spec, inputs, states);
        foreach (var given in spec.Ranges)
            RequireRange(given, inputs);
        if (inputs.FirstOrDefault(input => Bytes(input, shapes[input.Name]) > Array.MaxLength) is { } large)
            throw SampleDiagnostics.WrongShape(large, shapes[large.Name], "a sample must be smaller than 2 GiB", spec.At);
        var graph = new Lazy<GraphProto>(() => model.ReadStructure().Graph ?? new());
        return new(spec, [.. inputs.Select(input => new RandomInput(input, shapes[input.Name], Range(spec, input, graph))
        {
            Choices = Choices(spec, input, shapes[input.Name], graph),
        })], feedback);
    }

    public IEnumerable<SampleSequence> Read(Func<int> samplesPerRun)
    {
        var random = new SplitMix64((ulong)_spec.Seed);
        for (var sample = 0; sample < _spec.Count; sample++)
        {
            var steps = Enumerable.Range(0, _feedback.Count == 0 ? 1 : _spec.Runs)
                .Select(_ => new SampleStep([.. _inputs.Select(input => Next(input, random))])).ToList();
            yield return new(steps, [.. _feedback.Select(pair => InitialState.Zeros(pair, _spec.Sequence!, steps[0].Inputs, _wanted))], _feedback);
        }
    }

    /// <exception cref="Diagnostics.CompressException">CT1507: there is no memory for it.</exception>
    private TensorValue Next(RandomInput input, SplitMix64 random)
    {
        try
        {
            return input.Next(random);
        }
        catch (OutOfMemoryException)
        {
            var bytes = Bytes(input.Input, input.Shape);
            throw SampleDiagnostics.WrongShape(input.Input, input.Shape,
                string.Create(CultureInfo.InvariantCulture, $"there is not enough memory for a sample of {bytes} bytes; give a smaller shape"), _spec.At);
        }
    }

    private static Int128 Bytes(ModelInput input, IReadOnlyList<long> shape) =>
        shape.Aggregate((Int128)input.Type.BitsPerElement() / 8, (product, length) => product > long.MaxValue ? product : product * length);

    private static void RequireRange(InputRangeSpec given, IReadOnlyList<ModelInput> inputs)
    {
        var input = inputs.FirstOrDefault(candidate => candidate.Name == given.Input)
            ?? throw SampleDiagnostics.UnknownInput(given.Input, inputs, given.At);
        if (WholeNumbers.Limits(input.Type) is var (lowest, highest)
            && (given.Lowest < lowest || given.Highest > highest || Math.Floor(given.Lowest) != given.Lowest
                || Math.Floor(given.Highest) != given.Highest))
            throw SampleDiagnostics.RangeOutsideType(input, given.Lowest, given.Highest, given.At);
    }

    private static (double Lowest, double Highest) Range(RandomSamplesSpec spec, ModelInput input, Lazy<GraphProto> graph)
    {
        if (spec.Ranges.FirstOrDefault(range => range.Input == input.Name) is { } given)
            return (given.Lowest, given.Highest);
        if (input.Type.IsFloatingPoint())
            return (-1, 1);
        if (input.Type == ElementType.Bool || IndexBounds.Find(graph.Value, input.Name) is not { } length)
            return (0, 1);
        return (0, Math.Min(length - 1, WholeNumbers.Limits(input.Type)!.Value.Highest));
    }

    /// <summary>A single whole number that chooses between branches is one of those that have a branch.</summary>
    private static IReadOnlyList<long> Choices(RandomSamplesSpec spec, ModelInput input, IReadOnlyList<long> shape, Lazy<GraphProto> graph) =>
        input.Type is ElementType.Int64 or ElementType.Int32 && shape.All(length => length == 1) && spec.Ranges.All(range => range.Input != input.Name)
            ? BranchValues.Find(graph.Value, input.Name) : [];

    private sealed record RandomInput(ModelInput Input, IReadOnlyList<long> Shape, (double Lowest, double Highest) Range)
    {
        /// <summary>The only values that it may have; empty for all in the range.</summary>
        public IReadOnlyList<long> Choices { get; init; } = [];

        public TensorValue Next(SplitMix64 random)
        {
            var count = (int)Shape.Aggregate(1L, (product, length) => product * length);
            var width = Input.Type.BitsPerElement() / 8;
            var bytes = new byte[count * width];
            if (Input.Type.IsFloatingPoint())
            {
                var values = new double[count];
                for (var i = 0; i < count; i++)
                    values[i] = Range.Lowest + ((Range.Highest - Range.Lowest) * random.NextDouble());
                ElementConversion.WriteValues(Input.Type, values, bytes);
            }
            else if (Choices.Count > 0)
            {
                WholeNumbers.Write(Choices[(int)Math.Floor(Choices.Count * random.NextDouble())], bytes);
            }
            else
            {
                var choices = Range.Highest - Range.Lowest + 1;
                for (var i = 0; i < count; i++)
                    WholeNumbers.Write((long)(Range.Lowest + Math.Floor(choices * random.NextDouble())), bytes.AsSpan(i * width, width));
            }

            return new(Input.Name, Input.Type, Shape, bytes);
        }
    }
}
