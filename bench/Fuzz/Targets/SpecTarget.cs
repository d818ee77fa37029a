using System.Text;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;
using CompressTasks.Spec.Schema;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Specs, as texts; one in some as a file.</summary>
internal sealed class SpecTarget : IFuzzTarget
{
    private const int OneInThese = 64;

    private static readonly string[] _weights = ["", "a", "blocks.0.attn.c_proj.weight", "a/b/c/d/e", new('a', 200)];

    private static readonly string[] _specs =
    [
        """
        version: 1
        models: [ m.onnx, { path: "models/*.onnx", name: "n" } ]
        stacks:
          paper: [ gaussian: { components: 8 }, pca: { keep: 0.25 }, residual: { r2: 0.99 } ]
        rules:
          - weights: "blocks.*.attn.*.weight"
            stack: paper
            types: [ float32 ]
          - weights: [ "**", "!x" ]
            minElements: 1024
            maxElements: 1000000
            tables: code
            stack: [ quantize: { r2: 0.99, of: bulk, allocate: model } ]
        gate:
          r2: 0.9
          weightR2: 0.98
          ratio: 4
          maxBytes: 3MB
          onFailure: warning
        output: out
        report: [ json, markdown, html, sarif, junit ]
        baseline: base
        """,
        """
        models: m.onnx
        rules: [ { weights: "**", stack: [ quantize: { for: outputs, calibration: "c.npz", maxTime: 10m, floor: 0.5 } ] } ]
        gate:
          outputs:
            samples: s.npz
            feedback: { state: stateN }
            steps: [ 32, 1 ]
            grow: [ mask ]
            initial: { state: [ 1, 128 ] }
            r2: 0.99
            cosine: 0.9
            top1: 0.9
            only: [ "y*" ]
            each: { y: { r2: 0.8 } }
            labels: { array: l, accuracy: 0.9, loss: 1.5 }
          metrics:
            - name: wer
              run: [ python, wer.py, "{model}" ]
              atMost: 0.1
              change: 0.01
              timeout: 5m
              inputs: [ "data/*.txt" ]
        """,
        """
        models: [ m.onnx ]
        rules: [ { weights: "a", stack: [ quantize: { bytes: 1MiB } ] }, { weights: "b", stack: lossless } ]
        gate: { outputs: { samples: { random: { seed: 1, count: 8, shapes: { x: [1, 3, 8, 8] }, ranges: { x: [0, 1] }, openAxis: 16 } }, r2: 0.5 } }
        """,
        """
        models: [ m.onnx ]
        rules: [ { weights: "**", stack: [ recursive: { pca: { variance: 0.95 }, maxLevels: 6 } ] } ]
        gate: { outputs: { samples: { images: "p/*.png", input: x, size: [32, 32], mean: [0.5], std: [0.5], layout: nchw, constants: { k: 1 } }, r2: 0.5 } }
        """,
        """
        models: [ m.onnx ]
        x: &a { components: 8 }
        rules: [ { weights: "**", stack: [ { gaussian: *a }, { haar: { keep: 0.5, axis: rows } } ] } ]
        gate: { outputs: { samples: { audio: "*.wav", rate: 16000, length: 512 }, feedback: { h: hn }, r2: 0.5 } }
        """,
    ];

    private readonly TextMutator _texts = new(WordsOf(SpecSchema.Root).Distinct().ToList());
    private readonly SampleFolder _folder = new();

    public string Name => "spec";

    public IReadOnlyList<byte[]> Seeds() =>
    [
        .. _specs.Append($"models: [ m ]\n{SampleStacks.Yaml([.. SampleStacks.Names])}").Select(Encoding.UTF8.GetBytes),
    ];

    public void Mutate(InputBuffer input, FuzzRandom random) => _texts.Mutate(input, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        var spec = input.Length % OneInThese == 0 ? CompressionSpec.Load(_folder.Write("compress.yml", input.Span))
            : CompressionSpec.Parse(Encoding.UTF8.GetString(input.Span), _folder["compress.yml"]);
        _ = (spec.OutputFolder, spec.Search);
        foreach (var weight in _weights)
            _ = spec.RuleFor(weight, 5000, "float32");
    }

    public bool Refuses(Exception error) => error is CompressException;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> WordsOf(ValueSchema schema) => schema switch
    {
        ObjectSchema mapping => mapping.Keys.SelectMany(key => WordsOf(key.Value).Prepend($"{key.Name}: ")),
        ListSchema list => WordsOf(list.Item),
        NamesSchema names => WordsOf(names.Item),
        NameOrListSchema either => WordsOf(either.List),
        ChoiceSchema choice => choice.Choices,
        _ => [],
    };
}
