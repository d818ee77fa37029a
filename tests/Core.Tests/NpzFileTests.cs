using System.IO.Compression;
using CompressTasks.Corpus;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompressTasks.Core.Tests;

/// <summary>Files are put together by hand from NumPy's description of the format.</summary>
public sealed class NpzFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Int32MatrixIsReadRowMajor()
    {
        Write("a.npy",
            Npy("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }", 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 255, 255, 255, 255,
                254, 255, 255, 255));

        var array = NpzFile.Read(_path)["a"];

        array.ElementType.ShouldBe(TensorElementType.Int32);
        array.Shape.ShouldBe([2, 3]);
        array.AsSpan<int>().ToArray().ShouldBe([1, 2, 3, 256, -1, -2]);
    }

    [Fact]
    public void FloatVectorKeepsItsBits()
    {
        Write("v.npy", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 0, 0, 128, 63, 0, 0, 192, 127));

        NpzFile.Read(_path)["v"].AsSpan<float>().ToArray().ShouldBe([1f, float.NaN]);
    }

    [Fact]
    public void Int64ScalarHasNoAxes()
    {
        Write("s.npy", Npy("{'descr': '<i8', 'fortran_order': False, 'shape': (), }", 42, 0, 0, 0, 0, 0, 0, 0));

        var array = NpzFile.Read(_path)["s"];

        array.Shape.ShouldBeEmpty();
        array.AsSpan<long>()[0].ShouldBe(42);
    }

    [Fact]
    public void ArrayWithoutElementsIsEmpty()
    {
        Write("e.npy", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 5), }"));

        NpzFile.Read(_path)["e"].AsSpan<float>().Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "fortran_order False")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", "'<f8'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "announces 8 bytes of elements, and 4 follow")]
    public void WhatCannotBeReadIsRefusedWithFileAndReason(string header, string reason)
    {
        Write("bad.npy", Npy(header, 0, 0, 0, 0));

        var message = Should.Throw<InvalidDataException>(() => NpzFile.Read(_path)).Message;

        message.ShouldContain(_path);
        message.ShouldContain("bad.npy");
        message.ShouldContain(reason);
    }

    [Fact]
    public void DataThatIsNoArrayIsRefused()
    {
        Write("text.npy", "not an array"u8.ToArray());

        Should.Throw<InvalidDataException>(() => NpzFile.Read(_path)).Message.ShouldContain("does not begin like an .npy file");
    }

    [Fact]
    public void UnknownNameIsRefusedWithTheNamesThereAre()
    {
        Write("a.npy", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }"));

        Should.Throw<KeyNotFoundException>(() => NpzFile.Read(_path)["b"]).Message.ShouldEndWith("has no array 'b'; it has a.");
    }

    [Fact]
    public void ElementsOfAnotherTypeAreRefused()
    {
        Write("a.npy", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }"));

        Should.Throw<InvalidOperationException>(() => NpzFile.Read(_path)["a"].AsSpan<long>().Length).Message.ShouldContain("Float");
    }

    private static byte[] Npy(string header, params byte[] elements) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length + 1), 0, .. System.Text.Encoding.ASCII.GetBytes(header + "\n"), .. elements];

    private void Write(string name, byte[] content)
    {
        using var archive = new ZipArchive(File.Create(_path), ZipArchiveMode.Create);
        using var entry = archive.CreateEntry(name).Open();
        entry.Write(content);
    }
}
