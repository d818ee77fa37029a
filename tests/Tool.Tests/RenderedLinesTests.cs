using CompressTasks.Corpus;
using CompressTasks.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Tool.Tests;

/// <summary>What a user gets who knows nothing of the model but its file: the first spec, and a model that still does what it is for.</summary>
[Trait("Speed", "Slow")]
public sealed class RenderedLinesTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [RenderedLinesFact]
    public async Task AModelReadsAsBeforeAfterTheSpecThatInitWrites()
    {
        File.Copy(NpmModels.Rec, _work["rec.onnx"]);
        (await ToolProcess.Run(_work.Folder, "init", "rec.onnx")).ShouldEndWith(0);
        (await ToolProcess.Run(_work.Folder, "compress.yml", "--output", "out")).ShouldEndWith(0);

        new FileInfo(_work["out/rec.onnxz"]).Length.ShouldBeLessThan(new FileInfo(NpmModels.Rec).Length / 5);
        using var original = new InferenceSession(NpmModels.Rec);
        using var model = CompressedModel.Open(_work["out/rec.onnxz"]);
        using var session = model.CreateSession();
        Read(original).ShouldBe(RenderedLines.Lines);
        Read(session).ShouldBe(RenderedLines.Lines);
    }

    /// <summary>Without the blanks that the original, too, reads in the margins.</summary>
    private static IEnumerable<string> Read(InferenceSession session) => RenderedLines.Lines.Select(line => RenderedLines.Read(session, line).Trim());

    /// <summary>Reported as skipped, with the reason, where the model or the font is not there.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class RenderedLinesFactAttribute : FactAttribute
    {
        public RenderedLinesFactAttribute() => Skip = RenderedLines.NotAvailableReason;
    }
}
