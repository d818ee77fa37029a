using System.Globalization;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Reporting;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Compression.Starting;

/// <summary>
/// Makes a spec to start from that is safe: it compares what the model computes, on samples that lie beside it or on random ones, both of which have
/// been seen to run.
/// </summary>
internal sealed class SpecStarter
{
    private const int FewSamples = 4;
    private const int ManySamples = 16;

    /// <summary>Of inputs so small, such as tokens, more samples are needed to say something; of larger models fewer must do.</summary>
    private const int SmallInput = 4096;
    private const long LargeBytes = 48L << 20;

    private readonly OnnxModel _model;
    private readonly string _specPath;
    private readonly string? _schema;
    private readonly List<string> _remarks = [];

    private SpecStarter(OnnxModel model, string specPath, string? schema) => (_model, _specPath, _schema) = (model, specPath, schema);

    private string Folder => Path.GetDirectoryName(Path.GetFullPath(_specPath))!;

    private string Name => Path.GetFileName(_model.Path);

    private IEnumerable<OnnxWeight> FloatingPoint => _model.Weights.Where(weight => weight is { IsFloatingPoint: true, IsSparse: false });

    /// <summary>Looks at a model, and at what lies beside it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="specPath">Where the spec will be.</param>
    /// <param name="schema">The JSON Schema that editors check it with, relative to where the spec will be; null for none.</param>
    /// <param name="hindrance">Why models cannot be run here; null when they can.</param>
    public static StartedSpec Start(OnnxModel model, string specPath, string? schema, string? hindrance)
    {
        var starter = new SpecStarter(model, specPath, schema);
        var outputs = starter.Outputs(hindrance);
        return new(starter.Write(outputs), starter._remarks);
    }

    private StarterOutputs? Outputs(string? hindrance)
    {
        RemarkIntegers();
        if (!FloatingPoint.Any(weight => weight.Elements >= SpecSchema.DefaultMinElements))
        {
            _remarks.Add(Text(
                $"No floating-point weight has {SpecSchema.DefaultMinElements} values or more: all weights are carried exactly, and there is little to gain."));
            return null;
        }

        if (hindrance is null && _model.TotalBytes > OutputProbe.MostBytes)
            hindrance = "the model is large";
        if (hindrance is not null)
            return NotCompared(hindrance);
        try
        {
            var trial = RandomTrial.Run(_model, Name, FewSamples, asked: 0);
            return OnFiles(trial) ?? OnRandom(trial);
        }
        catch (CompressException error)
        {
            return NotCompared(Reason(error));
        }
    }

    /// <summary>Weights are held to more than outputs would need.</summary>
    private StarterOutputs? NotCompared(string reason)
    {
        _remarks.Add($"Outputs are not compared, only weights, which say little about what the model computes: {reason}. Give gate.outputs samples.");
        return null;
    }

    private void RemarkIntegers()
    {
        var all = _model.Weights.Sum(weight => weight.StoredBytes);
        var whole = _model.Weights.Where(weight => !weight.IsFloatingPoint).Sum(weight => weight.StoredBytes);
        if (2 * whole > all)
            _remarks.Add(Text(
                $"{FigureText.Bytes(whole)} of the weights' {FigureText.Bytes(all)} are integers, quantized already: they are carried exactly, and there is little to gain."));
    }

    private StarterOutputs? OnFiles(RandomTrial trial)
    {
        var samples = SampleFiles.Beside(_model.Path, Folder);
        if (FirstFitting(trial, [.. samples.Judging, .. samples.Any]) is not { } judging)
        {
            if (samples.Calibrating.Count > 0)
                _remarks.Add($"{samples.Calibrating[0]} is not used: by its name it is for calibration, and there are no samples to judge by.");
            return null;
        }

        // What comes before the gate's samples has been tried already.
        var left = samples.Any.Skip(1 + samples.Any.ToList().IndexOf(judging.Path));
        var calibrating = FirstFitting(trial, [.. samples.Calibrating, .. left]);
        var gate = judging.Outputs with { Calibration = calibrating?.Outputs.Samples };
        if (Refusal(gate) is not null)
            gate = judging.Outputs;
        _remarks.Add(gate.Calibration is null
            ? $"Outputs are compared on the samples of {judging.Path}, and weights coded against the same: judged on what it was fitted to, a model "
                + "looks better than it is. Name other samples in calibration."
            : $"Outputs are compared on the samples of {judging.Path}; weights are coded against those of {calibrating!.Value.Path}.");
        RemarkState(trial, isFed: gate.Samples.Contains("feedback:", StringComparison.Ordinal));
        return gate;
    }

    /// <summary>The first samples that the model can be run on; why others cannot be used becomes a remark.</summary>
    private (string Path, StarterOutputs Outputs)? FirstFitting(RandomTrial trial, IEnumerable<string> paths)
    {
        var feedback = Feedback(trial);
        foreach (var path in paths)
        {
            var quoted = StarterSpec.Quote(path);
            string[] ways = feedback is null ? [quoted] : [$"{{ path: {quoted}, feedback: {feedback} }}", quoted];
            CompressException? refusal = null;
            foreach (var way in ways)
            {
                var outputs = new StarterOutputs(way, Calibration: null, AreWhole(trial));
                refusal = Refusal(outputs);
                if (refusal is null)
                    return (path, outputs);
            }

            _remarks.Add($"{path} is not used: {Reason(refusal!)}.");
        }

        return null;
    }

    private StarterOutputs? OnRandom(RandomTrial trial)
    {
        if (trial.Hindrance is { } hindrance)
            return NotCompared(hindrance);
        var feedback = Feedback(trial);
        CompressException? refusal = null;
        foreach (var fed in feedback is null ? [null] : new[] { feedback, null })
        {
            var outputs = new StarterOutputs(Random(fed), Calibration: null, AreWhole(trial)) { AreRandom = true };
            refusal = Refusal(outputs);
            if (refusal is not null)
                continue;
            _remarks.Add(
                "Outputs are compared on random inputs: they show whether both models compute the same, not whether the result is good enough for what "
                    + "the model is for. So every weight is held to R² 0.999, and the artifact is larger than it could be. Give real inputs: "
                    + $"{SampleFiles.Expected} beside the model, and dotnet compress init --force.");
            RemarkShapes(trial, fed is not null);
            RemarkState(trial, fed is not null);
            return outputs;
        }

        return NotCompared(Reason(refusal!));

        string Random(string? fed)
        {
            var shapes = Shapes(trial, fed is not null)
                .Select(shape => $"{StarterSpec.Quote(shape.Input)}: [{string.Join(", ", shape.Shape)}]").ToList();
            var random = Text($"random: {{ seed: 1, count: {Count(trial)}{(shapes.Count == 0 ? "" : $", shapes: {{ {string.Join(", ", shapes)} }}")} }}");
            return fed is null ? $"{{ {random} }}" : $"{{ {random}, feedback: {fed} }}";
        }
    }

    private int Count(RandomTrial trial)
    {
        var states = States(trial).Select(state => state.Input).ToHashSet(StringComparer.Ordinal);
        var shapes = RandomShapes.Resolve((RandomSamplesSpec)trial.Gate.Samples, trial.Inputs, states);
        return _model.TotalBytes <= LargeBytes
            && shapes.Values.All(shape => shape.Aggregate(1.0, (product, length) => product * length) <= SmallInput) ? ManySamples : FewSamples;
    }

    /// <summary>Of inputs that the model leaves open, and that the samples give.</summary>
    private static IEnumerable<(string Input, IReadOnlyList<long> Shape)> Shapes(RandomTrial trial, bool isFed)
    {
        var states = States(trial).Select(state => state.Input).ToHashSet(StringComparer.Ordinal);
        var shapes = RandomShapes.Resolve((RandomSamplesSpec)trial.Gate.Samples, trial.Inputs, states);
        return trial.Inputs.Where(input => input.Shape.Any(length => length < 0) && !(isFed && states.Contains(input.Name)))
            .Select(input => (input.Name, shapes[input.Name]));
    }

    private void RemarkShapes(RandomTrial trial, bool isFed)
    {
        foreach (var (input, shape) in Shapes(trial, isFed).Take(3))
        {
            var shown = trial.Inputs.First(candidate => candidate.Name == input).ShownShape;
            _remarks.Add(Text($"The input {StarterSpec.Quote(input)} {shown} was taken as [{string.Join(", ", shape)}], which runs; say in shapes what it is in use."));
        }
    }

    private void RemarkState(RandomTrial trial, bool isFed)
    {
        if (States(trial) is not [var (input, output), ..])
            return;
        _remarks.Add(isFed
            ? $"The output {StarterSpec.Quote(output)} looks as if it becomes the input {StarterSpec.Quote(input)} of the next run, so feedback makes the samples sequences; without it they are single runs."
            : $"The output {StarterSpec.Quote(output)} looks as if it becomes the input {StarterSpec.Quote(input)} of the next run, but the samples are single runs: say feedback and give sequences.");
    }

    /// <summary>As YAML; numbered states become one pattern.</summary>
    private static string? Feedback(RandomTrial trial)
    {
        var states = States(trial);
        if (states.Count == 0)
            return null;
        var pairs = states.GroupBy(state => (Pattern(state.Input), Pattern(state.Output)))
            .SelectMany(group => group.Count() > 1 && group.Key.Item1.Count(c => c == '*') == group.Key.Item2.Count(c => c == '*')
                ? [group.Key] : group.AsEnumerable());
        return $"{{ {string.Join(", ", pairs.Select(pair => $"{StarterSpec.Quote(pair.Item1)}: {StarterSpec.Quote(pair.Item2)}"))} }}";
    }

    private static string Pattern(string name) => string.Concat(
        name.Select((c, i) => !char.IsAsciiDigit(c) ? $"{c}" : i > 0 && char.IsAsciiDigit(name[i - 1]) ? "" : "*"));

    private static IReadOnlyList<(string Input, string Output)> States(RandomTrial trial) => StatefulModel.Find(trial.Inputs, trial.Outputs);

    private static bool AreWhole(RandomTrial trial) => trial.Gate.R2 is null;

    /// <summary>Why a run of the spec could not compare these outputs; null when it can.</summary>
    private CompressException? Refusal(StarterOutputs outputs)
    {
        try
        {
            var spec = CompressionSpec.Parse(Write(outputs), _specPath);
            OutputGateRunner.Prepare(spec.Gate!.Outputs!, spec.Folder, _model, Name, spec.Search?.Target.Calibration);
            return null;
        }
        catch (CompressException error)
        {
            return error;
        }
    }

    private string Write(StarterOutputs? outputs) => StarterSpec.Write(
        Path.GetRelativePath(Folder, Path.GetFullPath(_model.Path)).Replace('\\', '/'),
        FloatingPoint.Select(weight => (weight.Path, weight.Elements)), _schema, outputs, _remarks);

    private static string Reason(CompressException error) => error.Diagnostics[0].Message.TrimEnd('.');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A spec to start from.</summary>
/// <param name="Text">Its YAML.</param>
/// <param name="Remarks">What the reader must know; the text has them as comments.</param>
internal sealed record StartedSpec(string Text, IReadOnlyList<string> Remarks);
