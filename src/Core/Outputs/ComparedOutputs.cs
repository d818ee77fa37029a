using CompressTasks.Numerics;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;

namespace CompressTasks.Outputs;

/// <summary>The outputs of a model by which it is judged, and which part of each is new: what only copies an input says nothing of the weights.</summary>
internal sealed class ComparedOutputs
{
    private ComparedOutputs(IReadOnlyList<ComparedOutput> outputs, IReadOnlyList<LeftOutSummary> leftOut, LabelsSpec? labels)
    {
        (Outputs, LeftOut, Names) = (outputs, leftOut, [.. outputs.Select(output => output.Name)]);
        if (labels is null || outputs.Count == 0)
            return;
        var labelled = labels.Output is { } name ? Names.ToList().IndexOf(name) : 0;
        if (labels.Output is null && outputs.Count > 1)
            throw LabelDiagnostics.WhichOutput(Names, labels.At);
        Labels = labelled >= 0 ? (labels, labelled) : throw LabelDiagnostics.NoOutput(labels.Output!, Names, labels.OutputAt ?? labels.At);
    }

    /// <summary>In the model's order.</summary>
    public IReadOnlyList<ComparedOutput> Outputs { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>What the samples say that an output ought to be, and the place of that output; null when they do not.</summary>
    public (LabelsSpec Labels, int Output)? Labels { get; }

    /// <summary>The others, and why they are left out.</summary>
    public IReadOnlyList<LeftOutSummary> LeftOut { get; }

    /// <param name="gate">Which outputs the spec wants.</param>
    /// <param name="model">The model.</param>
    /// <param name="copies">For outputs that are copies of inputs in part, of which and where.</param>
    /// <exception cref="Diagnostics.CompressException">CT1516 or CT1518: the spec names an output that there is not.</exception>
    public static ComparedOutputs Of(OutputGateSpec gate, ModelRunner model, IReadOnlyDictionary<string, IReadOnlyList<InputCopy>> copies)
    {
        string[] names = [.. model.Outputs.Select(output => output.Name)];
        foreach (var glob in gate.Only.Concat(gate.Except).Concat(gate.Each.Select(each => each.Outputs)).Where(glob => !names.Any(glob.IsMatch)))
            throw OutputDiagnostics.NoOutput(glob.Pattern, names, glob.At ?? gate.At);
        var fedBack = FeedbackPairs.Resolve(gate.Samples.Sequence, model.Inputs, model.Outputs).Select(pair => pair.Output).ToHashSet(StringComparer.Ordinal);
        var outputs = new List<ComparedOutput>();
        var leftOut = new List<LeftOutSummary>();
        foreach (var output in model.Outputs)
        {
            var copied = copies.GetValueOrDefault(output.Name) ?? [];
            if (Reason(gate, output, fedBack, copied) is { } reason)
                leftOut.Add(new(output.Name, reason));
            else
                outputs.Add(new(output.Name, copied));
        }

        // Of a model that gives nothing but its state, the state is what can be judged.
        if (outputs.Count == 0 && gate.Only.Count == 0)
        {
            var states = leftOut.Where(left => left.Reason == LeftOutSummary.FedBack).ToList();
            outputs.AddRange(states.Select(left => new ComparedOutput(left.Name, copies.GetValueOrDefault(left.Name) ?? [])));
            leftOut.RemoveAll(states.Contains);
        }

        if (gate.Each.FirstOrDefault(each => !outputs.Any(output => each.Outputs.IsMatch(output.Name))) is { } useless)
            throw OutputDiagnostics.ThresholdsOfLeftOut(leftOut.First(output => useless.Outputs.IsMatch(output.Name)), gate, useless.At);
        return new(outputs, leftOut, gate.Labels);
    }

    /// <summary>The parts of outputs that are no copies of inputs.</summary>
    /// <param name="inputs">Of the run.</param>
    /// <param name="outputs">All of <see cref="Outputs"/>, whole.</param>
    public IReadOnlyList<TensorValue> NewParts(IReadOnlyList<TensorValue> inputs, IReadOnlyList<TensorValue> outputs) =>
        [.. Outputs.Zip(outputs, (output, value) => output.Copies.Aggregate(value, (rest, copy) => copy.Without(rest, inputs)))];

    private static string? Reason(OutputGateSpec gate, ModelInput output, HashSet<string> fedBack, IReadOnlyList<InputCopy> copies)
    {
        var isNamed = gate.Only.Concat(gate.Each.Select(each => each.Outputs)).Any(glob => glob.IsMatch(output.Name));
        if (!(output.Type.IsFloatingPoint() || output.Type.IsWholeNumber()))
            return LeftOutSummary.NoNumbers;
        if (gate.Except.Any(glob => glob.IsMatch(output.Name)) || (gate.Only.Count > 0 && !gate.Only.Any(glob => glob.IsMatch(output.Name))))
            return LeftOutSummary.Unasked;
        if (copies.Any(copy => copy is { IsWhole: true, IsAlways: true }))
            return LeftOutSummary.Copy;
        return fedBack.Contains(output.Name) && !isNamed ? LeftOutSummary.FedBack : null;
    }
}

/// <summary>An output that is compared.</summary>
/// <param name="Name">The output.</param>
/// <param name="Copies">The inputs of which it may hold copies.</param>
internal sealed record ComparedOutput(string Name, IReadOnlyList<InputCopy> Copies);
