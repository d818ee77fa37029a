using System.Security.Cryptography;
using CompressTasks.Core.Tests.Runtime;
using CompressTasks.Diagnostics;
using CompressTasks.IO;
using CompressTasks.Numerics;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

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

    /// <summary>What a mapping would have of the file is gone: every way of reading it must be another.</summary>
    [Fact]
    public void NothingOfALargeModelThatShrinksIsTouchedAnyMore()
    {
        if (OperatingSystem.IsWindows())
            return;
        var large = Build.Tensor("w", ElementType.Float, 18 << 20);
        large.RawData = ByteString.CopyFrom(new byte[72 << 20]);
        var typed = Build.Tensor("f", ElementType.Float, 100_000);
        typed.FloatData.AddRange(Build.Values(100_000));
        var path = _folder.Write("m.onnx", Build.Model(large, typed));
        using var model = OnnxModel.Open(path);
        var image = model.Excise([model.Weights[0]]);
        var payload = model.ReadBytes(model.Weights[0]);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(0);
        payload.IndexOfAnyExcept((byte)0).ShouldBe(-1);
        foreach (var read in (Action[])[
            () => _ = model.Sha256, () => model.ReadStructure(), () => image.WriteSkeleton(Stream.Null), () => model.ReadBytes(model.Weights[1]),
            model.RequireUnchanged])
            Should.Throw<CompressException>(read).Diagnostics[0].Code.ShouldBe("CT2002");
    }

    /// <summary>An exporter writes another file and renames it: what is open is the old one, and a report would be of what is gone.</summary>
    [Fact]
    public void AnotherFileInItsPlaceIsNoticed()
    {
        if (OperatingSystem.IsWindows())
            return;
        var path = _folder.Write("m.onnx", Build.Model(RunnableModel.Matrix("w", 40, 30, 1)));
        var other = _folder.Write("other.onnx", Build.Model(RunnableModel.Matrix("w", 40, 30, 2)));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-1));
        using var model = OnnxModel.Open(path);
        File.Move(other, path, overwrite: true);
        Should.Throw<CompressException>(model.RequireUnchanged).Diagnostics[0].Code.ShouldBe("CT2002");
        File.Delete(path);
        Should.Throw<CompressException>(model.RequireUnchanged).Diagnostics[0].Code.ShouldBe("CT2002");
    }

    /// <summary>Payloads of all kinds are left in the file, and read from there.</summary>
    [Fact]
    public void WhatIsNotLoadedIsRead()
    {
        float[] values = Build.Values(50_000);
        var raw = Build.Raw("raw", values);
        var packed = Build.Tensor("packed", ElementType.Float, 50_000);
        packed.FloatData.AddRange(values);
        var inNode = Build.Node("Constant", "c", "c", new AttributeProto { Name = "value", T = Build.Raw("t", values) });
        var graph = Build.Graph(raw, packed);
        graph.Node.Add(inNode);
        var bytes = Build.Model(graph).ToByteArray();
        using (var file = new OpenedFile(_folder.Write("m.onnx", bytes)))
        {
            // 200,000 bytes each; what is left of the model is less than 1,000.
            var found = LargePayloads.Find(file);
            found.Select(part => part.Length).ShouldBe([200_000L, 200_000, 200_000]);
            file.Load(found);
            var loaded = bytes.ToArray();
            foreach (var (offset, length) in found)
                loaded.AsSpan((int)offset, (int)length).Clear();
            file.Bytes.SequenceEqual(loaded).ShouldBeTrue();
        }

        using var model = OnnxModel.Open(_folder["m.onnx"]);
        model.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        model.Weights.Count.ShouldBe(3);
        foreach (var weight in model.Weights)
            model.ReadBytes(weight).SequenceEqual(Build.Bytes(values)).ShouldBeTrue();
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
