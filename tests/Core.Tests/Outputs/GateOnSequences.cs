using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Core.Tests.Outputs.Sequences;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Outputs;

/// <summary>A spec's <c>gate.outputs</c> from its text on, with <see cref="SequenceModel"/> and an <c>s.npz</c>: what is said before anything is compressed.</summary>
internal sealed class GateOnSequences : IDisposable
{
    /// <summary>Both states fed back; the mapping is to be closed.</summary>
    public const string FedBack = "samples: { path: s.npz, feedback: { sum_in: sum_out, past: present }";

    private static readonly float[] _twelve = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    private readonly TemporaryFolder _folder = new();

    public GateOnSequences(bool hasRate = false)
        : this(SequenceModel.Bytes(hasRate: hasRate))
    {
    }

    /// <param name="model">Another one.</param>
    public GateOnSequences(byte[] model) => _folder.Write("m.onnx", model);

    public void Dispose() => _folder.Dispose();

    /// <summary>The first of the numbers 1 to 12.</summary>
    public static byte[] Floats(string shape, int count) => Npz.Array("<f4", shape, _twelve[..count]);

    public void Write(params (string Name, byte[] Npy)[] arrays) => _folder.Write("s.npz", Npz.File(arrays));

    /// <param name="lines">Of gate.outputs; the first is line 4 of the spec, and they begin in column 5.</param>
    /// <returns>Line, column, code and message.</returns>
    public string Mistake(params string[] lines)
    {
        var diagnostic = Should.Throw<CompressException>(() => Prepare(lines)).Diagnostics.ShouldHaveSingleItem();
        return FormattableString.Invariant($"({diagnostic.Location!.Line},{diagnostic.Location.Column}) {diagnostic.Code}: {diagnostic.Message}");
    }

    public OutputGateRunner Prepare(params string[] lines)
    {
        using var model = OnnxModel.Open(_folder["m.onnx"]);
        return OutputGateRunner.Prepare(Gate(lines), Path.GetDirectoryName(_folder["m.onnx"])!, model, "m.onnx");
    }

    public ISampleSource Open(params string[] lines)
    {
        var gate = Gate(lines);
        using var model = ModelRunner.Open(_folder["m.onnx"], "m.onnx", gate);
        using var onnx = OnnxModel.Open(_folder["m.onnx"]);
        return SampleSources.Open(gate.Samples, Path.GetDirectoryName(_folder["m.onnx"])!, model.Inputs, model.Outputs, onnx, gate.Labels);
    }

    private OutputGateSpec Gate(string[] lines)
    {
        var spec = "models: [ m.onnx ]\ngate:\n  outputs:\n" + string.Concat(lines.Select(line => $"    {line}\n"));
        _folder.Write("compress.yml", System.Text.Encoding.UTF8.GetBytes(spec));
        return CompressionSpec.Load(_folder["compress.yml"]).Gate!.Outputs!;
    }
}
