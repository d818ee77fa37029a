using CompressTasks.Benchmarks.Calibration;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Benchmarks.Uses;
using CompressTasks.Core.Tests.Outputs.Sequences;
using CompressTasks.Corpus;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Benchmarks.Runnable;

/// <summary>A model that is made runnable, and what is needed to judge it.</summary>
/// <param name="Key">Its name on the command line, and on the page's template.</param>
/// <param name="Title">Its name when it is measured.</param>
/// <param name="Ways">What is made of it.</param>
/// <param name="Prepare">Finds the model, and writes samples into a folder.</param>
internal sealed record RunnableModel(string Key, string Title, IReadOnlyList<RunnableWay> Ways, Func<string, PreparedModel> Prepare)
{
    private const int Length = 128;
    private const int Past = 64;
    private static readonly string[] _caches = ["key", "value"];

    /// <summary>All, in the order of the page.</summary>
    public static IReadOnlyList<RunnableModel> All { get; } =
    [
        new("sample", "Sample GPT",
            [.. RunnableWay.Floats, .. RunnableWay.Dynamic, .. RunnableWay.Products, .. RunnableWay.Blocks], _ =>
            new(TinyGpt.Model, OutputModel.Quoted(TinyGpt.Calibration), OutputModel.Quoted(TinyGpt.Validation),
                [Integers("tokens", [1, Length], Tokens(TinyGpt.Calibration, "tokens", Length))])
            {
                Weights = "*.weight",
                Labels = "targets",
            }),
        new("cache", "Sample GPT with a cache", [.. RunnableWay.Floats, .. RunnableWay.Blocks], folder =>
            Decoder(folder, KeyValueDecoder.Plain(TinyGpt.Model), texts: 16, layers: 4, heads: 4)),
        new("wide", "Decoder of width 768", [RunnableWay.Original, .. RunnableWay.Blocks], folder =>
            Decoder(folder, KeyValueDecoder.Seeded(layers: 6, heads: 12, seed: 1), texts: 1, layers: 6, heads: 12)),
        new("minilm", "all-MiniLM-L6-v2", [.. RunnableWay.Floats, .. RunnableWay.Dynamic, .. RunnableWay.Coarser, .. RunnableWay.SearchedProducts], folder =>
        {
            var (model, _) = CalibratedModel.All.Single(model => model.Key == "minilm").Prepare(folder);
            var ids = Tokens(Unquoted(model.Judgement), "input_ids", Length);
            var calibration = Path.Combine(folder, "minilm.others.npz");
            Texts.WriteOthers(calibration, 256);
            return new(LargeModels.MiniLM, OutputModel.Quoted(calibration), model.Judgement,
            [
                Integers("input_ids", [1, Length], ids), Integers("attention_mask", [1, Length], [.. Enumerable.Repeat(1L, Length)]),
                Integers("token_type_ids", [1, Length], new long[Length]),
            ])
            {
                Task = path => OfBoth(LargeModels.MiniLM, path, new Retrieval().JudgeWithAnswers),
            };
        }),
        new("resnet18", "ResNet18", [.. RunnableWay.Floats, .. RunnableWay.Static, RunnableWay.SearchedFeatures], folder =>
        {
            var (model, judged) = CalibratedModel.All.Single(model => model.Key == "resnet18").Prepare(folder);
            var neighbours = new Neighbours(Unquoted(judged.Judgement), Unquoted(model.Judgement));
            return new(LargeModels.ResNet18, model.Calibration, judged.Judgement, [neighbours.First])
            {
                Left = ["Parameter91", "Parameter86", "Parameter82"],
                MinElements = 1,
                Task = path => OfBoth(LargeModels.ResNet18, path, neighbours.Judge),
            };
        }),
        new("rec", "PP-OCRv4 rec", [.. RunnableWay.Floats, .. RunnableWay.Static, RunnableWay.Searched], folder =>
        {
            var lines = new TextLines(folder);
            return new(NpmModels.Rec, lines.Calibration, lines.Judgement, [lines.First])
            {
                Left = ["conv2d_10.w_0", "conv2d_157.w_0", "conv2d_158.w_0", "conv2d_159.w_0"],
                MinElements = 1,
                Task = path => OfBoth(NpmModels.Rec, path, lines.Judge),
            };
        }),
        new("det", "PP-OCRv4 det", [.. RunnableWay.Floats, .. RunnableWay.Static, RunnableWay.Searched], folder =>
        {
            var signs = new Signs(folder);
            return new(NpmModels.Det, signs.Calibration, signs.Judgement, [signs.First])
            {
                Left = ["conv2d_0.w_0", "conv2d_394.w_0", "conv2d_395.w_0", "conv2d_396.w_0"],
                MinElements = 1,
                Task = path => OfBoth(NpmModels.Det, path, signs.Judge),
            };
        }),
    ];

    /// <summary>A tensor of float32.</summary>
    public static TensorValue Floats(string name, long[] shape, ReadOnlySpan<float> values) =>
        new(name, ElementType.Float, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).ToArray());

    private static TensorValue Integers(string name, long[] shape, long[] values) =>
        new(name, ElementType.Int64, shape, [.. values.SelectMany(BitConverter.GetBytes)]);

    private static long[] Tokens(string path, string array, int count) => NpzFile.Read(path)[array].AsSpan<long>()[..count].ToArray();

    private static string Unquoted(string path) => path.Trim('\'');

    /// <summary>Texts go through it on its own cache; what is timed is a token behind 64 others.</summary>
    private static PreparedModel Decoder(string folder, byte[] model, int texts, int layers, int heads)
    {
        const string feedback = "feedback: { 'past_key_values.*': 'present.*' }, steps: [32, 1]";
        const int headWidth = 64;
        var (path, text, read) = (Path.Combine(folder, "decoder.onnx"), Path.Combine(folder, "texts.npz"), Path.Combine(folder, "read.npz"));
        File.WriteAllBytes(path, model);
        Write(text, TinyGpt.Validation, "input_ids", "targets");
        Write(read, TinyGpt.Calibration, "input_ids");

        var past = RandomValues(heads * Past * headWidth);
        return new(path, $"{{ path: {OutputModel.Quoted(read)}, {feedback} }}", $"{{ path: {OutputModel.Quoted(text)}, {feedback} }}",
        [
            Integers("input_ids", [1, 1], [7]),
            .. Enumerable.Range(0, layers).SelectMany(layer => _caches.Select(kind =>
                Floats(FormattableString.Invariant($"past_key_values.{layer}.{kind}"), [1, heads, Past, headWidth], past))),
        ])
        {
            Weights = "*.weight",
            Labels = "targets",
            Only = "logits",
        };

        void Write(string file, string from, params string[] arrays)
        {
            using var writer = new SampleWriter(file);
            foreach (var i in Enumerable.Range(0, texts))
            {
                foreach (var array in arrays)
                    writer.Add(array, Tokens(from, array == "input_ids" ? "tokens" : array, (i + 1) * Length)[(i * Length)..], [Length]);
            }

            writer.Save();
        }
    }

    private static float[] RandomValues(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    private static string OfBoth(string original, string other, Func<InferenceSession, InferenceSession, string> judge)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var first = new InferenceSession(original, options);
        using var second = new InferenceSession(other, options);
        return judge(first, second);
    }
}

/// <summary>A model and its samples.</summary>
/// <param name="File">The model.</param>
/// <param name="Calibration">Samples that ranges are measured on, as a spec says it.</param>
/// <param name="Judgement">Samples that nothing was measured on, as a spec says it.</param>
/// <param name="Timed">Inputs of the runs that are timed.</param>
internal sealed record PreparedModel(string File, string Calibration, string Judgement, IReadOnlyList<TensorValue> Timed)
{
    /// <summary>The rule's glob.</summary>
    public string Weights { get; init; } = "**";

    /// <summary>Weights that stay in float, and with them what their layers take and give.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>Of the rule; null for the default.</summary>
    public int? MinElements { get; init; }

    /// <summary>The array of what is right, of which the loss is told; null for none.</summary>
    public string? Labels { get; init; }

    /// <summary>The output that counts; null for all.</summary>
    public string? Only { get; init; }

    /// <summary>What a model does at its task, beside the original; null for none.</summary>
    public Func<string, string>? Task { get; init; }
}
