using System.Text;
using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class SpecFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("compress-spec");

    private string SpecPath => Path.Combine(_folder.FullName, "compress.yml");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text = "")
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private CompressionSpec Load(string yaml) => CompressionSpec.Load(Write("compress.yml", yaml));

    private string[] Errors(string yaml)
    {
        var place = SpecPath;
        return [.. Should.Throw<CompressException>(() => Load(yaml)).Diagnostics.Select(error => error.ToString()[place.Length..])];
    }

    private string LoadError(string path)
    {
        var error = Should.Throw<CompressException>(() => CompressionSpec.Load(path)).Diagnostics.ShouldHaveSingleItem();
        error.Location!.File.ShouldBe(path);
        return error.ToString()[path.Length..];
    }

    [Fact]
    public void AMissingSpecIsNamed() => LoadError(SpecPath).ShouldStartWith(": error CT1001: there is no such spec");

    [Fact]
    public void ASpecInAMissingFolderIsNamed() => LoadError(Path.Combine(_folder.FullName, "x", "y.yml")).ShouldStartWith(": error CT1001");

    [Fact]
    public void AFolderIsNoSpec() => LoadError(_folder.FullName).ShouldBe(": error CT1002: the spec cannot be read: it is a folder");

    [Fact]
    public void AHugeFileIsNoSpec()
    {
        File.WriteAllBytes(SpecPath, new byte[(1 << 20) + 1]);
        LoadError(SpecPath).ShouldBe(": error CT1002: the spec cannot be read: it is larger than 1 MiB");
    }

    [Fact]
    public void BytesThatAreNotUtf8HaveTheirPlace()
    {
        File.WriteAllBytes(SpecPath, [0xEF, 0xBB, 0xBF, .. "models:\n - ü"u8, 0xFC, .. "\n"u8]);
        LoadError(SpecPath).ShouldBe("(2,5): error CT1003: the spec is not UTF-8 text: found the byte 0xFC; save it as UTF-8");
    }

    [Fact]
    public void ATruncatedCharacterHasItsPlace()
    {
        File.WriteAllBytes(SpecPath, [.. "abc"u8, 0xE2, 0x82]);
        LoadError(SpecPath).ShouldBe("(1,4): error CT1003: the spec is not UTF-8 text: found the byte 0xE2; save it as UTF-8");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Utf16IsRefused(bool bigEndian)
    {
        File.WriteAllText(SpecPath, "models: [ a ]", new UnicodeEncoding(bigEndian, byteOrderMark: true));
        LoadError(SpecPath).ShouldBe("(1,1): error CT1003: the spec is not UTF-8 text: found a UTF-16 or UTF-32 byte order mark; save it as UTF-8");
    }

    [Fact]
    public void ModelsAreRelativeToTheSpecAndSortedOrdinally()
    {
        string[] paths = [Write("models/b.onnx"), Write("models/a.onnx"), Write("models/B2.onnx"), Write("models/deep/er/c.onnx"),
            Write("models/readme.txt")];

        var models = Load("models: [ 'models/**/*.onnx' ]\noutput: out").FindModels();

        models.Select(model => model.Path).ShouldBe([paths[2], paths[1], paths[0], paths[3]]);
        models.Select(model => Path.GetRelativePath(_folder.FullName, model.ArtifactPath).Replace('\\', '/'))
            .ShouldBe(["out/B2.onnxz", "out/a.onnxz", "out/b.onnxz", "out/c.onnxz"]);
    }

    [Fact]
    public void ModelsMayBeAboveTheSpecOrAbsolute()
    {
        string[] paths = [Write("a.onnx"), Write("b.onnx"), Write("c.onnx")];
        var spec = Write("sub/spec.yml", $"models: [ ../a.onnx, '../b.*', '{paths[2]}' ]");

        CompressionSpec.Load(spec).FindModels().Select(model => model.Path).ShouldBe(paths);
    }

    [Fact]
    public void AnAbsoluteGlobIsSearchedWhereItPoints()
    {
        var path = Write("elsewhere/a.onnx");
        Write("a.onnx");

        Load($"models: [ '{_folder.FullName}/elsewhere/*.onnx' ]").FindModels().ShouldHaveSingleItem().Path.ShouldBe(path);
    }

    [Fact]
    public void AModelBelongsToTheFirstEntryThatMatchesIt()
    {
        Write("a.onnx");
        Write("b.onnx");

        Load("models: [ { path: b.onnx, name: best }, '*.onnx' ]").FindModels()
            .Select(model => Path.GetFileName(model.ArtifactPath)).ShouldBe(["best.onnxz", "a.onnxz"]);
    }

    [Fact]
    public void WhatMatchesNothingIsAnErrorAtItsLine() =>
        Errors("models:\n  - a.onnx\n  - path: 'sub/*.onnx'\n  - '*.onnx'").ShouldBe([
            "(2,5): error CT1030: no model: \"a.onnx\" matches no file; searched the folder of the spec. Put the model there, or correct the path",
            "(3,11): error CT1030: no model: \"sub/*.onnx\" matches no file; searched sub. Put the model there, or correct the path",
            "(4,5): error CT1030: no model: \"*.onnx\" matches no file; searched the folder of the spec. Put the model there, or correct the path"]);

    [Fact]
    public void MissingModelsAreReportedTogetherWithEverythingElse() =>
        Errors("output: ''\nmodels: [ a.onnx ]\ngate: { r: 1 }").ShouldBe([
            "(1,9): error CT1010: \"output\" is the text \"\", expected a folder",
            "(2,11): error CT1030: no model: \"a.onnx\" matches no file; searched the folder of the spec. Put the model there, or correct the path",
            "(3,9): error CT1013: unknown key \"r\" in gate; did you mean \"r2\"?"]);

    [Fact]
    public void AFolderIsNoModel()
    {
        Write("models/a.onnx");
        Errors("models: [ models/ ]")
            .ShouldBe(["(1,11): error CT1030: no model: \"models/\" is a folder; write \"models/*.onnx\" for the models in it"]);
    }

    [Fact]
    public void AGlobThatCannotBeSearchedIsAnError()
    {
        Errors("models: [ 'a*/../b.onnx' ]").ShouldHaveSingleItem()
            .ShouldStartWith("(1,11): error CT1031: the models \"a*/../b.onnx\" cannot be searched: ");
    }

    [Fact]
    public void TwoModelsCannotWriteTheSameArtifact()
    {
        Write("x/a.onnx");
        Write("y/A.onnx");
        Errors("models:\n  - x/a.onnx\n  - y/A.onnx").ShouldBe([
            "(3,5): error CT1032: the models \"x/a.onnx\" and \"y/A.onnx\" would both write \"artifacts/A.onnxz\"; give one of them its own \"name\""]);
        Load("models:\n  - x/a.onnx\n  - { path: y/A.onnx, name: a2 }").FindModels().Count.ShouldBe(2);
    }

    [Fact]
    public void ArtifactsKeepTheFoldersThatTheirModelsHaveBelowARoot()
    {
        Write("app/x/a.onnx");
        Write("app/y/deep/a.onnx");
        Write("app/a.onnx");
        Write("appendix/b.onnx");
        Write("c.onnx");
        var spec = CompressionSpec.Load(Write("compress.yml", "models: [ '**/*.onnx' ]\noutput: out"), models: null,
            Path.Combine(_folder.FullName, "app"));
        spec.FindModels().Select(model => Path.GetRelativePath(spec.OutputFolder, model.ArtifactPath).Replace('\\', '/'))
            .ShouldBe(["a.onnxz", "x/a.onnxz", "y/deep/a.onnxz", "b.onnxz", "c.onnxz"]);

        Write("elsewhere/c.onnx");
        Should.Throw<CompressException>(() => spec.FindModels()).Diagnostics.ShouldHaveSingleItem().Code
            .ShouldBe("CT1032", "models from elsewhere have no folder to keep");
    }

    [Fact]
    public void AFileMayHaveAnAsteriskInItsName()
    {
        if (OperatingSystem.IsWindows())
            return;
        var path = Write("a*b.onnx");
        Write("aXb.onnx");
        Load("models: [ 'a*b.onnx' ]").FindModels().ShouldHaveSingleItem().Path.ShouldBe(path);
    }

    [Fact]
    public void AnArtifactCannotOverwriteItsModel()
    {
        Write("a.onnxz");
        Errors("models: [ a.onnxz ]\noutput: .")
            .ShouldBe(["(1,11): error CT1033: the artifact would overwrite the model \"a.onnxz\"; choose another \"output\" or \"name\""]);
    }

    [Fact]
    public void AModelWithoutASpecIsFoundBesideItsArtifact()
    {
        var path = Write("m.onnx");

        CompressionSpec.ForModel(path, 0.99).FindModels().ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                model => model.Path.ShouldBe(path),
                model => model.ArtifactPath.ShouldBe(path + "z"));
    }
}
