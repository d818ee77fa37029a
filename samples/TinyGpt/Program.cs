using System.Globalization;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;
using TinyGpt;

if (args is [LoadCost.Argument, var measured])
{
    LoadCost.Print(() => Load(measured));
    return 0;
}

if (!Options.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

var vocabulary = Vocabulary.Read(Beside("vocabulary.json"));
if (!vocabulary.TryEncode(options.Prompt, out var prompt, out var unknown))
{
    Console.Error.WriteLine($"The model does not know the character '{unknown}': the text it was trained on has none.");
    return 2;
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"Prompt \"{options.Prompt}\", {options.Length} characters, temperature {options.Temperature}, seed {options.Seed}"));
Console.WriteLine();

var original = Run("original", Beside("tiny-gpt.onnx"));
var compressed = Run("compressed", Beside("tiny-gpt.onnxz"));
Console.Write(Comparison.Table([original, compressed]));
return 0;

static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, name);

static InferenceSession Load(string path) => path.EndsWith(".onnxz", StringComparison.Ordinal) ? LoadCompressed(path) : new InferenceSession(path);

// All that an app does differently when its model is compressed.
static InferenceSession LoadCompressed(string path)
{
    using var model = CompressedModel.Open(path);
    return model.CreateSession();
}

ModelResult Run(string name, string path)
{
    var cost = LoadCost.Of(path);
    using var session = Load(path);
    using var gpt = new LanguageModel(session);
    var sampler = new Sampler(options.Temperature, options.Seed);
    Console.WriteLine($"--- {name}");
    Console.WriteLine(options.Prompt + vocabulary.Decode(gpt.Continue(prompt, options.Length, sampler)));
    Console.WriteLine();
    return new ModelResult(name, new FileInfo(path).Length, cost, gpt.Evaluate(ValidationText.Read(Beside("validation.npz"))));
}
