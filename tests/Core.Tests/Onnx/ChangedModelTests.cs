using CompressTasks.Core.Tests.Runtime;
using CompressTasks.Diagnostics;
using CompressTasks.Onnx;

namespace CompressTasks.Core.Tests.Onnx;

/// <summary>An exporter writes to the model while it is read.</summary>
public sealed class ChangedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AModelThatShrinksIsAnErrorAndNotTheEndOfTheProcess()
    {
        if (OperatingSystem.IsWindows())
            return;
        var path = _folder.Write("m.onnx", Build.Model(RunnableModel.Matrix("w", 400, 300, 1)));
        using var model = OnnxModel.Open(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(0);
        Should.Throw<CompressException>(() => model.ReadBytes(model.Weights[0]).Length).Diagnostics[0].Code.ShouldBe("CT2002");
        Should.Throw<CompressException>(() => model.Excise(model.Weights)).Diagnostics[0].Message.ShouldContain("has changed while it was read");
    }

    [Fact]
    public void OneThatIsWrittenToIsNoticed()
    {
        if (OperatingSystem.IsWindows())
            return;
        var path = _folder.Write("m.onnx", Build.Model(RunnableModel.Matrix("w", 40, 30, 1)));
        using var model = OnnxModel.Open(path);
        model.RequireUnchanged();
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(1));
        Should.Throw<CompressException>(model.RequireUnchanged).Diagnostics[0].Code.ShouldBe("CT2002");
    }
}
