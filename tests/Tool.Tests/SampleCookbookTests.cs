using System.Text.RegularExpressions;
using CompressTasks.Corpus;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;
using CompressTasks.Tasks.Tests.Package;

namespace CompressTasks.Tool.Tests;

/// <summary>docs/samples.md cannot lie: its program is here and runs, its specs are read, and pictures, sounds and arrays reach a gate.</summary>
public sealed partial class SampleCookbookTests : IDisposable
{
    private static readonly string _page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "samples.md")).ReplaceLineEndings("\n");

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void TheProgramOfThePageMakesSamples()
    {
        var source = Lines(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Tool.Tests", "SampleCookbookTests.cs")).ReplaceLineEndings("\n"));
        var program = Snippets("csharp").ShouldHaveSingleItem();
        source.ShouldContain(Lines(program[(program.IndexOf('\n') + 1)..]).Trim(), Case.Sensitive);

        WriteSamples();
        var arrays = NpzHeaders("validation.npz");
        arrays["input"].ShouldBe([16, 3, 8, 8]);
        arrays["label"].ShouldBe([16]);
    }

    [Fact]
    public void EverySpecOfThePageIsRead()
    {
        Snippets("yaml").Count().ShouldBe(4);
        foreach (var yaml in Snippets("yaml"))
            Should.NotThrow(() => CompressionSpec.Parse(yaml, "docs/samples.md"), yaml);
    }

    [Fact]
    public async Task WhatIsWrittenFromCSharpHoldsAGate()
    {
        TinyModel.Write(_work["model.onnx"], seed: 1, axes: [1, 3]);
        using (var samples = new SampleWriter(_work["validation.npz"]))
        {
            for (var i = 0; i < 16; i++)
                samples.Add("x", Enumerable.Range(0, 192).Select(k => MathF.Sin(i + k)).ToArray(), [3, 64]);
            samples.Save();
        }

        await Hold("validation.npz", count: 16);
    }

    [Fact]
    public async Task PicturesHoldAGate()
    {
        TinyModel.Write(_work["model.onnx"], seed: 1, size: 32, axes: [1, 3, 32]);
        foreach (var seed in (int[])[1, 2, 3])
            TinyMedia.WritePicture(_work[$"photos/{seed}.bmp"], seed);
        await Hold("{ images: { path: \"photos/*.bmp\", mean: [ 0.485, 0.456, 0.406 ], std: [ 0.229, 0.224, 0.225 ] } }", count: 3);
    }

    [Fact]
    public async Task SoundsHoldAGate()
    {
        TinyModel.Write(_work["model.onnx"], seed: 1);
        TinyMedia.WriteSound(_work["speech/a.wav"], seed: 1);
        TinyMedia.WriteSound(_work["speech/b.wav"], seed: 2);

        // Ten windows each.
        await Hold("{ audio: { path: \"speech/*.wav\", rate: 16000, window: 64 } }", count: 20);
    }

    [Fact]
    public async Task ADamagedPictureIsAnErrorAtItsPlace()
    {
        TinyModel.Write(_work["model.onnx"], seed: 1, size: 32, axes: [1, 3, 32]);
        _work.Write("photos/a.jpg", "no picture");
        (await ToolRun.InProcess(WriteSpec("{ images: \"photos/*.jpg\" }"))).ShouldEndWith(1).Error
            .ShouldContain("compress.yml(6,33): error CT1541: the picture \"photos/a.jpg\" cannot be read");
    }

    private async Task Hold(string samples, int count)
    {
        (await ToolRun.InProcess(WriteSpec(samples))).ShouldEndWith(0);
        File.ReadAllText(_work["artifacts/model.report.json"]).ShouldContain($"\"count\": {count}");
    }

    private string WriteSpec(string samples) => _work.Write("compress.yml", $$"""
        models: [ model.onnx ]
        rules:
          - weights: "**"
            stack: [ quantize: { r2: 0.95 } ]
        gate:
          outputs: { samples: {{samples}}, r2: 0.5 }
        """);

    private static void WriteSamples()
    {
        using var samples = new SampleWriter("validation.npz");
        for (var i = 0; i < 16; i++)
        {
            var input = Enumerable.Range(0, 192).Select(k => MathF.Sin(i + k)).ToArray(); // what the app gives the model, row-major
            samples.Add("input", input, [3, 8, 8]);                                       // the model has input: [batch, 3, 8, 8]
            samples.Add("label", (long)(i % 10));                                         // what ought to come out
        }

        samples.Save();
    }

    private static Dictionary<string, long[]> NpzHeaders(string path)
    {
        var file = NpzFile.Read(path);
        return file.Names.ToDictionary(name => name, name => file[name].Shape);
    }

    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));

    private static IEnumerable<string> Snippets(string language) =>
        Fence().Matches(_page).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["text"].Value);

    [GeneratedRegex(@"^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
