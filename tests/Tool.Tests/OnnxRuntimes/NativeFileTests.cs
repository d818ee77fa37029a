using System.Buffers.Binary;
using CompressTasks.Tool.OnnxRuntimes;

namespace CompressTasks.Tool.Tests.OnnxRuntimes;

public sealed class NativeFileTests : IDisposable
{
    private const int Sections = 3;
    private const int SectionLength = 64;
    private const int SectionsStart = 1000;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(SectionsStart + (Sections * SectionLength), false)]
    [InlineData(SectionsStart + (Sections * SectionLength) - 1, true)]
    [InlineData(SectionsStart - 1, true)]
    [InlineData(64, true)]
    public void AnElfFileEndsBehindItsTableOfSections(int length, bool isCutShort)
    {
        var file = new byte[length];
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(file, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), SectionsStart);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), SectionLength);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), Sections);
        File.WriteAllBytes(_file, file);

        NativeFile.IsCutShort(_file).ShouldBe(isCutShort);
    }

    [Fact]
    public void OfOtherFilesNothingIsSaid()
    {
        File.WriteAllText(_file, "MZ");
        NativeFile.IsCutShort(_file).ShouldBeFalse();
        NativeFile.IsCutShort(_file + ".absent").ShouldBeFalse();
    }
}
