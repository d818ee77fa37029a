using System.Security.Cryptography;
using CompressTasks.Corpus;

namespace CompressTasks.Tool.Tests;

/// <summary>
/// The same model and the same spec give the same bytes on every machine: here, on this one with parts of its processor switched off.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class InstructionSetTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [NpmFact]
    public async Task EveryInstructionSetMakesTheSameArtifact()
    {
        File.Copy(NpmModels.Cls, _work["cls.onnx"]);
        _work.Write("compress.yml", """
            models: [ cls.onnx ]
            rules:
              - { weights: "conv2d_17*", stack: [ gaussian: { components: 4 }, pca: { keep: 0.5 }, residual: { r2: 0.99 } ] }
              - { weights: "conv2d_18*", stack: [ dct: { keep: 0.9 }, residual: { r2: 0.99 } ] }
              - { weights: "conv2d_19*", stack: [ haar: { keep: 0.9 }, residual: { r2: 0.99 } ] }
              - { weights: "**", stack: [ quantize: { r2: 0.99 } ] }
            """);
        var whole = await ArtifactOf("all");
        foreach (var switchedOff in (string[])["EnableAVX512", "EnableAVX2", "EnableAVX", "EnableHWIntrinsic"])
            (await ArtifactOf(switchedOff, ($"DOTNET_{switchedOff}", "0"))).ShouldBe(whole, switchedOff);
    }

    private async Task<string> ArtifactOf(string folder, params (string Name, string Value)[] environment)
    {
        using var tool = ToolProcess.Start(_work.Folder, environment.ToDictionary(e => e.Name, e => e.Value), "compress.yml", "-o", folder, "-v",
            "quiet");
        (await ToolProcess.Finish(tool)).ShouldEndWith(0);
        return Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(_work[$"{folder}/cls.onnxz"])));
    }
}
