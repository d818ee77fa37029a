using System.Text;
using CompressTasks.Numerics;
using CompressTasks.Outputs.Samples;

namespace CompressTasks.Core.Tests.Outputs.Samples;

public sealed class NpyHeaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryVersionIsRead(byte version)
    {
        using var stream = new MemoryStream(Npz.Array(version, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", [9]));
        var header = NpyHeader.Read(stream);
        header.Type.ShouldBe(ElementType.Float);
        header.Shape.ShouldBe([2, 3]);
        stream.ReadByte().ShouldBe(9);
    }

    [Theory]
    [InlineData("|b1", "Bool", 1)]
    [InlineData("|i1", "Int8", 1)]
    [InlineData("|u1", "UInt8", 1)]
    [InlineData("<i2", "Int16", 2)]
    [InlineData("<u2", "UInt16", 2)]
    [InlineData("<i4", "Int32", 4)]
    [InlineData("<u4", "UInt32", 4)]
    [InlineData("<i8", "Int64", 8)]
    [InlineData("<u8", "UInt64", 8)]
    [InlineData("<f2", "Float16", 2)]
    [InlineData("<f4", "Float", 4)]
    [InlineData("<f8", "Double", 8)]
    public void NumbersAndTruthValuesAreRead(string descr, string type, int bytes)
    {
        var header = Read($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (), }}");
        (header.Type.ToString(), header.ElementBytes, header.Shape.Count, header.Elements).ShouldBe((type, bytes, 0, 1));
    }

    [Theory]
    [InlineData("{'shape': (4,), 'fortran_order': True, 'descr': '<i8'}")]
    [InlineData("{ 'descr' : '<i8', 'fortran_order': False, 'shape': (4L,) }")]
    [InlineData("{'descr' :'<i8','fortran_order' :False,'shape' :(4,)}")]
    public void OtherSpellingsAreRead(string text)
    {
        var header = Read(text);
        header.Type.ShouldBe(ElementType.Int64);
        header.Shape.ShouldBe([4]);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", "numpy.ascontiguousarray")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", "'>f4'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", "'|O'")]
    [InlineData("{'descr': '<f4', 'shape': (2,), }", "expected descr, fortran_order and shape")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "expected descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "expected descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }", "expected descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1111111111111111111111111111111111111111", "expected descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000), }", "no file is that long")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "no file is that long")]
    public void WhatIsNotReadSaysWhy(string header, string reason) =>
        Should.Throw<InvalidDataException>(() => Read(header)).Message.ShouldContain(reason);

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 200 })]
    [InlineData(new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 200, 0, 32 })]
    [InlineData(new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 4, 0, 1, 0, 32, 32 })]
    [InlineData(new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 2, 0, 40, 0 })]
    [InlineData(new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 2, 0, 40, 0, 0 })]
    [InlineData(new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 2, 0, 255, 255, 255, 255 })]
    public void DamagedHeadersAreRefused(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        Should.Throw<InvalidDataException>(() => NpyHeader.Read(stream));
    }

    private static NpyHeader Read(string header)
    {
        using var stream = new MemoryStream(Npz.Array(1, header, Encoding.ASCII.GetBytes("")));
        return NpyHeader.Read(stream);
    }
}
