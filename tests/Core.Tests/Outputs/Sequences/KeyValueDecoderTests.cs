using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Corpus;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Sequences;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Outputs.Sequences;

/// <summary>A decoder on its own cache, against the same model without one.</summary>
public sealed class KeyValueDecoderTests : IDisposable
{
    private static readonly SourceLocation _at = new("compress.yml", 1, 1);
    private static readonly FeedbackSpec[] _cache = [new("past_key_values.*", "present.*", _at)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ItComputesWhatTinyGptComputes(bool isMerged)
    {
        var bytes = isMerged ? KeyValueDecoder.Merged(TinyGpt.Model) : KeyValueDecoder.Plain(TinyGpt.Model);
        var gate = new OutputGateSpec(new FileSamplesSpec("s.npz", _at), null, null, null, Logits: true, _at);
        using var decoder = ModelRunner.Open(_folder.Write("m.onnx", bytes), "m.onnx", gate);
        using var whole = ModelRunner.Open(TinyGpt.Model, "tiny-gpt.onnx", gate);
        using var model = OnnxModel.Open(_folder["m.onnx"]);
        var source = SampleSources.Open(Samples(_folder, isMerged, 3), Path.GetDirectoryName(_folder["s.npz"])!, decoder.Inputs, decoder.Outputs, model);
        var sequence = source.Read(() => 1).First();
        var tokens = sequence.Steps.SelectMany(step => step.Inputs[0].Bytes).ToArray();
        var expected = whole.Run([new("tokens", CompressTasks.Numerics.ElementType.Int64, [1, 128], tokens)], ["logits"])[0].Values();
        double[] found = [.. Rollout.Run(decoder, sequence, ["logits"]).SelectMany(step => step.Outputs[0].Values())];
        found.Length.ShouldBe(128 * 63);
        expected.Zip(found, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-3);
    }

    /// <summary>The held-out text, as a prompt of 32 characters and one step for each that follows.</summary>
    /// <param name="folder">Gets <c>s.npz</c>.</param>
    /// <param name="isMerged">Whether the model has branches.</param>
    /// <param name="count">Sequences.</param>
    internal static FileSamplesSpec Samples(TemporaryFolder folder, bool isMerged, int count)
    {
        var tokens = NpzFile.Read(TinyGpt.Validation)["tokens"];
        var values = tokens.AsSpan<long>()[..(count * 128)].ToArray();
        var array = Outputs.Samples.Npz.Array("<i8", FormattableString.Invariant($"{count}, 128"), values);
        var branch = Outputs.Samples.Npz.Array("|b1", "1,", true);
        folder.Write("s.npz", Outputs.Samples.Npz.File(isMerged ? [("input_ids", array), ("use_cache_branch", branch)] : [("input_ids", array)]));
        return new("s.npz", _at) { Sequence = new(_cache, [], [32, 1], [], _at) };
    }
}
