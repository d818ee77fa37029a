using System.Globalization;
using CompressTasks.Runtime;
using TinyGpt;

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

var folder = Directory.CreateTempSubdirectory("tiny-gpt-");
try
{
    var restored = Path.Combine(folder.FullName, "tiny-gpt.onnx");
    RestoreModel(Beside("tiny-gpt.onnxz"), restored);

    var original = Run("original", shipped: Beside("tiny-gpt.onnx"), model: Beside("tiny-gpt.onnx"));
    var compressed = Run("compressed", shipped: Beside("tiny-gpt.onnxz"), model: restored);
    Console.Write(Comparison.Table([original, compressed]));
}
finally
{
    folder.Delete(recursive: true);
}

return 0;

static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, name);

static void RestoreModel(string artifact, string target)
{
    using var model = CompressedModel.Open(artifact);
    model.Restore(target);
}

ModelResult Run(string name, string shipped, string model)
{
    using var gpt = new LanguageModel(model);
    var sampler = new Sampler(options.Temperature, options.Seed);
    Console.WriteLine($"--- {name}");
    Console.WriteLine(options.Prompt + vocabulary.Decode(gpt.Continue(prompt, options.Length, sampler)));
    Console.WriteLine();
    return new ModelResult(name, new FileInfo(shipped).Length, gpt.Evaluate(ValidationText.Read(Beside("validation.npz"))));
}
