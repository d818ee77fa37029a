using CompressTasks.Diagnostics;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Spec;

/// <summary>Makes the gate on outputs from checked values.</summary>
internal sealed class OutputBinder(ICollection<Diagnostic> errors)
{
    /// <returns>Of use only if there are no errors.</returns>
    public OutputGateSpec? Bind(ObjectValue outputs)
    {
        Threshold? Limit(string key) => outputs[key] is NumberValue number ? new(number.Number, number.At) : null;
        if (outputs["samples"] is not ObjectValue samples)
            return null;
        if (outputs.Find("only") is not null && outputs.Find("except") is { } except)
            errors.Add(SpecDiagnostics.OnlyAndExcept(except.NameAt));
        return new(BindGateSamples(samples), Limit("r2"), Limit("cosine"), Limit("top1"), outputs.Text("logits") == "true", outputs.At)
        {
            Only = [.. outputs.Texts("only").Select(BindGlob).OfType<WeightGlob>()],
            Except = [.. outputs.Texts("except").Select(BindGlob).OfType<WeightGlob>()],
            Each = [.. Fields(outputs, "each").Select(BindEach).OfType<EachOutputSpec>()],
            Labels = outputs["labels"] is ObjectValue labels
                ? new(labels.Text("array"), labels.Find("output") is null ? null : labels.Text("output"), labels["array"]?.At ?? labels.At)
                {
                    OutputAt = labels["output"]?.At,
                } : null,
            OnLabels = OnLabels(outputs),
        };
    }

    private IReadOnlyList<LabelThreshold> OnLabels(ObjectValue outputs)
    {
        var thresholds = new List<LabelThreshold>();
        foreach (var threshold in Enum.GetValues<LabelFigure>().SelectMany(figure =>
            (LabelThreshold[])[new(figure, IsChange: false, new(0, outputs.At)), new(figure, IsChange: true, new(0, outputs.At))]))
        {
            if (outputs.Find(threshold.Key) is not { } field)
                continue;
            if (outputs.Find("labels") is null)
                errors.Add(SpecDiagnostics.NoLabels(threshold.Key, field.NameAt));
            if (field.Value is NumberValue limit)
                thresholds.Add(threshold with { Threshold = new(limit.Number, limit.At) });
        }

        return thresholds;
    }

    private SamplesSpec BindGateSamples(ObjectValue samples)
    {
        var bound = BindSamples(samples);
        if (bound is RandomSamplesSpec { Sequence: null, StepsAt: { } lonely })
            errors.Add(SpecDiagnostics.NothingFedBack("steps", lonely));
        return bound;
    }

    /// <summary>Also those of a calibration, which may take over the gate's feedback.</summary>
    public SamplesSpec BindSamples(ObjectValue samples)
    {
        var sequence = BindSequence(samples);
        if (MediaBinder.Bind(samples) is { } media)
            return media with { Sequence = sequence, IsStateless = sequence is null && samples.Find("feedback") is not null };
        if (samples["random"] is not ObjectValue random)
            return new FileSamplesSpec(samples.Text("path").Replace('\\', '/'), samples["path"]?.At ?? samples.At)
            {
                Sequence = sequence,
                IsStateless = sequence is null && samples.Find("feedback") is not null,
            };
        return new RandomSamplesSpec(
            (int)random.Number("seed"),
            (int)random.Number("count"),
            Shapes(random, "shapes"),
            [.. Fields(random, "ranges").Select(BindRange).OfType<InputRangeSpec>()],
            random.At)
        {
            Sequence = sequence,
            IsStateless = sequence is null && samples.Find("feedback") is not null,
            Steps = (int)random.Number("steps"),
            StepsAt = random.Find("steps")?.NameAt,
        };
    }

    private SequenceSpec? BindSequence(ObjectValue samples)
    {
        if (samples.Find("feedback") is not { } feedback || feedback.Value is ObjectValue { Fields: [] })
        {
            foreach (var key in (string[])["initial", "steps", "grow"])
            {
                if (samples.Find(key) is { } lonely)
                    errors.Add(SpecDiagnostics.NothingFedBack(key, lonely.NameAt));
            }

            return null;
        }

        var pairs = Fields(samples, "feedback").Where(field => field.Value is TextValue)
            .Select(field => new FeedbackSpec(field.Name, ((TextValue)field.Value!).Text, field.NameAt)).ToList();
        var lengths = samples.Items("steps").OfType<NumberValue>().Select(length => (int)length.Number).ToList();
        foreach (var key in (string[])["steps", "grow"])
        {
            if (samples.Find(key) is { } useless
                && (samples.Find("random") ?? samples.Find("images") ?? samples.Find("audio")) is { Name: var others })
                errors.Add(SpecDiagnostics.OnlyForArrays(key, others, key == "steps" && lengths.Count > 0 ? lengths[^1] : null, useless.NameAt));
            else if (key == "grow" && samples.Find(key) is { } grow && samples.Find("steps") is null)
                errors.Add(SpecDiagnostics.NothingToGrowAlong(grow.NameAt));
        }

        foreach (var pair in pairs.Where(pair => pair.Input.Count(c => c == '*') != pair.Output.Count(c => c == '*')))
            errors.Add(SpecDiagnostics.WildcardsDiffer(pair.Input, pair.Output, pair.At));
        return new(pairs, Shapes(samples, "initial"), lengths,
            [.. samples.Texts("grow").Select(name => name.Text)], feedback.NameAt);
    }

    private static IReadOnlyList<InputShapeSpec> Shapes(ObjectValue mapping, string key) =>
    [
        .. Fields(mapping, key).Select(field => new InputShapeSpec(field.Name, [.. Numbers(field).Select(length => (long)length)], field.NameAt)),
    ];

    private EachOutputSpec? BindEach(Field field)
    {
        if (field.Value is not ObjectValue thresholds || BindGlob(new(field.Name, field.NameAt)) is not { } glob)
            return null;
        Threshold? Limit(string key) => thresholds[key] is NumberValue number ? new(number.Number, number.At) : null;
        return new(glob, Limit("r2"), Limit("cosine"), Limit("top1"), field.NameAt);
    }

    private WeightGlob? BindGlob(TextValue glob) => WeightGlob.TryParse(glob, errors);

    private InputRangeSpec? BindRange(Field field)
    {
        var ends = Numbers(field);
        if (ends.Count == 2 && ends[0] <= ends[1])
            return new(field.Name, ends[0], ends[1], field.NameAt);
        // A number that was refused has its own message.
        if (field.Value is ListValue { IsComplete: true })
            errors.Add(SpecDiagnostics.NotARange(field.Name, ends, field.Value.At));
        return null;
    }

    private static IReadOnlyList<Field> Fields(ObjectValue mapping, string key) => (mapping[key] as ObjectValue)?.Fields ?? [];

    private static List<double> Numbers(Field field) =>
        [.. (field.Value as ListValue)?.Items.OfType<NumberValue>().Select(item => item.Number) ?? []];
}
