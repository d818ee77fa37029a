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
        return outputs["samples"] is ObjectValue samples
            ? new(BindSamples(samples), Limit("r2"), Limit("cosine"), Limit("top1"), outputs.Text("logits") == "true", outputs.At)
            : null;
    }

    public SamplesSpec BindSamples(ObjectValue samples)
    {
        if (samples["random"] is not ObjectValue random)
            return new FileSamplesSpec(samples.Text("path").Replace('\\', '/'), samples["path"]?.At ?? samples.At);
        return new RandomSamplesSpec(
            (int)random.Number("seed"),
            (int)random.Number("count"),
            [.. Fields(random, "shapes")
                .Select(field => new InputShapeSpec(field.Name, [.. Numbers(field).Select(length => (long)length)], field.NameAt))],
            [.. Fields(random, "ranges").Select(BindRange).OfType<InputRangeSpec>()],
            random.At);
    }

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

    private static IReadOnlyList<Field> Fields(ObjectValue random, string key) => (random[key] as ObjectValue)?.Fields ?? [];

    private static List<double> Numbers(Field field) =>
        [.. (field.Value as ListValue)?.Items.OfType<NumberValue>().Select(item => item.Number) ?? []];
}
