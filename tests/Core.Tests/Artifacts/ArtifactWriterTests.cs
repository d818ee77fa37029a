using CompressTasks.Artifacts;
using CompressTasks.Diagnostics;

namespace CompressTasks.Core.Tests.Artifacts;

public sealed class ArtifactWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatWasWrittenComesBack()
    {
        TinyArtifact.Write(_folder["a.onnxz"]);

        using var reader = ArtifactReader.Open(_folder["a.onnxz"]);

        TinyArtifact.RequireIntact(reader);
        reader.Length.ShouldBe(new FileInfo(_folder["a.onnxz"]).Length);
        _folder.Entries.ShouldBe(["a.onnxz"]);
    }

    [Fact]
    public void SameContentGivesTheSameBytes()
    {
        TinyArtifact.Write(_folder["a.onnxz"]);
        TinyArtifact.Write(_folder["b.onnxz"]);

        File.ReadAllBytes(_folder["a.onnxz"]).ShouldBe(File.ReadAllBytes(_folder["b.onnxz"]));
    }

    [Fact]
    public void ModelWithoutCodedWeightsIsAnArtifact()
    {
        using (var writer = ArtifactWriter.Create(_folder["a.onnxz"]))
            writer.Commit("test", [new("model.onnx", TinyArtifact.Skeleton.Length)], TinyArtifact.Skeleton);

        using var reader = ArtifactReader.Open(_folder["a.onnxz"]);

        reader.Entries.ShouldBeEmpty();
        reader.ReadSkeleton().ShouldBe(TinyArtifact.Skeleton);
    }

    [Fact]
    public void MissingFoldersAreMade()
    {
        TinyArtifact.Write(_folder["new/deep/a.onnxz"]);

        File.Exists(_folder["new/deep/a.onnxz"]).ShouldBeTrue();
    }

    [Fact]
    public void NothingIsLeftWithoutACommit()
    {
        using (var writer = ArtifactWriter.Create(_folder["a.onnxz"]))
        {
            TinyArtifact.AddWeights(writer);
            _folder.Entries.Count().ShouldBe(1);
        }

        _folder.Entries.ShouldBeEmpty();
    }

    [Fact]
    public void ExistingArtifactSurvivesAFailedWrite()
    {
        TinyArtifact.Write(_folder["a.onnxz"]);
        var before = File.ReadAllBytes(_folder["a.onnxz"]);

        Should.Throw<InvalidOperationException>(() =>
        {
            using var writer = ArtifactWriter.Create(_folder["a.onnxz"]);
            TinyArtifact.AddWeights(writer);
            throw new InvalidOperationException("a stage fails");
        });

        _folder.Entries.ShouldBe(["a.onnxz"]);
        File.ReadAllBytes(_folder["a.onnxz"]).ShouldBe(before);
    }

    [Fact]
    public void ExistingArtifactIsReplaced()
    {
        File.WriteAllText(_folder["a.onnxz"], "something older and much longer than nothing");

        TinyArtifact.Write(_folder["a.onnxz"]);

        using var reader = ArtifactReader.Open(_folder["a.onnxz"]);
        TinyArtifact.RequireIntact(reader);
    }

    [Fact]
    public void ArtifactThatIsOpenCanBeReplacedAndStaysReadable()
    {
        TinyArtifact.Write(_folder["a.onnxz"]);
        using var reader = ArtifactReader.Open(_folder["a.onnxz"]);

        TinyArtifact.Write(_folder["a.onnxz"]);

        TinyArtifact.RequireIntact(reader);
    }

    [Fact]
    public void TargetThatIsAFolderIsRefusedAndNothingIsLeft()
    {
        Directory.CreateDirectory(_folder["a.onnxz"]);

        Should.Throw<CompressException>(() => TinyArtifact.Write(_folder["a.onnxz"])).Diagnostics[0].Code.ShouldBe("CT3013");

        _folder.Entries.ShouldBe(["a.onnxz"]);
    }

    [Fact]
    public void FolderThatIsAFileIsRefused()
    {
        File.WriteAllText(_folder["file"], "");

        Should.Throw<CompressException>(() => ArtifactWriter.Create(_folder["file/a.onnxz"])).Diagnostics[0].Code.ShouldBe("CT3013");
    }

    /// <summary>Names of 4,000 characters have room, and so have 50,000 weights; both at once take more memory than a reader gives an index.</summary>
    [Theory]
    [InlineData(1_000, 4_000, null)]
    [InlineData(50_000, 40, null)]
    [InlineData(50_000, 4_000, "CT3020")]
    public void AnIndexThatNoReaderTakesIsNotWritten(int weights, int characters, string? code)
    {
        using (var writer = ArtifactWriter.Create(_folder["a.onnxz"]))
        {
            var prefix = new string('n', characters - 8);
            for (var i = 0; i < weights; i++)
            {
                var chunk = BitConverter.GetBytes((ulong)i * 0x9E3779B97F4A7C15UL);
                writer.Add(new($"{prefix}{i:D8}", 2, [1], [new(0, i, 1)], PayloadHash.Of(chunk), "lossless"), chunk);
            }

            void Commit() => writer.Commit("test", [new("model.onnx", weights + 1L)], new byte[1]);
            if (code is null)
                Commit();
            else
                Should.Throw<CompressException>(Commit).Diagnostics[0].Code.ShouldBe(code);
        }

        if (code is not null)
        {
            _folder.Entries.ShouldBeEmpty();
            return;
        }

        using var reader = ArtifactReader.Open(_folder["a.onnxz"]);
        reader.Entries.Count.ShouldBe(weights);
    }

    [Fact]
    public void SkeletonOfTheWrongLengthIsRefused()
    {
        using var writer = ArtifactWriter.Create(_folder["a.onnxz"]);
        TinyArtifact.AddWeights(writer);

        Should.Throw<ArgumentException>(() => writer.Commit("test", TinyArtifact.Files, TinyArtifact.Skeleton.AsSpan(1)))
            .Message.ShouldContain($"{TinyArtifact.Skeleton.Length - 1} bytes");
    }
}
