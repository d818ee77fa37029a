using CompressTasks.Artifacts;

namespace CompressTasks.Core.Tests.Artifacts;

public sealed class ArtifactIndexRulesTests
{
    private static readonly ArtifactChunk _chunk = new(16, 10, 0);
    private static readonly ArtifactFile[] _files = [new("model.onnx", 100), new("weights.bin", 50)];
    private static readonly ArtifactWeight _weight = new("w", 1, [2], [new(0, 10, 8)], default, "");

    [Fact]
    public void SoundIndexHasNoViolation() => Violation(_files, _weight, _weight with { Holes = [new(0, 18, 8), new(1, 42, 8)] }).ShouldBeNull();

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../model.bin")]
    [InlineData("data/../../model.bin")]
    [InlineData("data\\model.bin")]
    [InlineData("C:model.bin")]
    [InlineData("data//model.bin")]
    [InlineData("./model.bin")]
    [InlineData("data/")]
    [InlineData("model\0.bin")]
    [InlineData("model.bin.")]
    [InlineData("data /model.bin")]
    [InlineData("con")]
    [InlineData("data/Lpt1.bin")]
    [InlineData("")]
    public void NameThatLeavesTheFolderIsAViolation(string name) =>
        Violation([_files[0], new(name, 50)], _weight)!.ShouldContain("stays in the model's folder");

    [Fact]
    public void NamesThatDifferInCaseOnlyAreAViolation() => Violation([_files[0], new("MODEL.onnx", 50)], _weight)!.ShouldContain("same file");

    [Fact]
    public void NoFilesAreAViolation() => Violation([], _weight)!.ShouldContain("no model file");

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void LengthNoFileHasIsAViolation(long length) => Violation([new("model.onnx", length)])!.ShouldContain($"{length} bytes");

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(2, 10)]
    [InlineData(0, -1)]
    [InlineData(0, 93)]
    [InlineData(0, long.MaxValue)]
    public void HoleOutsideOfItsFileIsAViolation(int file, long offset) =>
        Violation(_files, _weight with { Holes = [new(file, offset, 8)] })!.ShouldContain("outside of its file");

    [Fact]
    public void WeightWithoutAHoleIsAViolation() => Violation(_files, _weight with { Holes = [] })!.ShouldContain("goes nowhere");

    [Fact]
    public void HolesOfDifferentLengthsAreAViolation() =>
        Violation(_files, _weight with { Holes = [new(0, 10, 8), new(0, 20, 4)] })!.ShouldContain("differ in length");

    [Fact]
    public void OverlappingHolesAreAViolation() =>
        Violation(_files, _weight with { Path = "other", Holes = [new(0, 17, 8)] }, _weight)!.ShouldContain("overlap");

    [Theory]
    [InlineData(3L)]
    [InlineData(-2L)]
    [InlineData(long.MaxValue)]
    public void ShapeThatDoesNotFillTheHoleIsAViolation(long dim) => Violation(_files, _weight with { Dims = [dim] }).ShouldNotBeNull();

    [Fact]
    public void ShapeWhoseProductOverflowsIsAViolation() =>
        Violation(_files, _weight with { Dims = [.. Enumerable.Repeat(1L << 32, 8)] })!.ShouldContain("too large");

    [Theory]
    [InlineData(15, 10)]
    [InlineData(995, 10)]
    [InlineData(16, -1)]
    public void ChunkOutsideOfTheArtifactIsAViolation(long offset, int length) =>
        ArtifactIndexRules.FirstViolation(new("p", _files, [new(_weight, new(offset, length, 0))], _chunk),
            1_000)!.ShouldContain("outside of the artifact");

    [Fact]
    public void AModelBeyondTwoGigabytesIsAViolation() => Violation([new("model.onnx", 1L << 31)])!.ShouldContain("would have 2147483648 bytes");

    [Fact]
    public void AHoleLongerThanAnArrayIsAViolation() =>
        Violation([.. _files, new("w.bin", 1L << 31)], _weight with { Dims = [int.MaxValue], ElementType = 2, Holes = [new(1, 0, int.MaxValue)] })!
            .ShouldContain("outside of its file");

    private static string? Violation(ArtifactFile[] files, params ArtifactWeight[] weights) =>
        ArtifactIndexRules.FirstViolation(new("p", files, [.. weights.Select(w => new ArtifactEntry(w, _chunk))], _chunk), 1_000);
}
