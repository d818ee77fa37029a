using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Outputs.Samples;

/// <summary>What is written is compared with NumPy's description of the NPY format, version 1.0.</summary>
public sealed class SampleWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SamplesAreStackedAlongANewFirstAxis()
    {
        using (var samples = Writer())
        {
            samples.Add("x", [1f, 2, 3, 4, 5, 6], [2, 3]);
            samples.Add("x", new ReadOnlySpan<float>([7, 8, 9, 10, 11, 12]), [2, 3]);
            samples.Add("label", 4L);
            samples.Add("label", -1L);
            samples.AddConstant("sr", 16000L);
            samples.AddConstant("state", new short[] { 1, 2 }, [1, 2]);
            samples.Save();
        }

        Entry("x.npy").ShouldBe(Npy("<f4", "(2, 2, 3)", [1f, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
        Entry("label.npy").ShouldBe(Npy("<i8", "(2,)", [4L, -1]));
        Entry("sr.npy").ShouldBe(Npy("<i8", "()", [16000L]));
        Entry("state.npy").ShouldBe(Npy("<i2", "(1, 2)", [(short)1, (short)2]));
        Directory.GetFiles(Folder).ShouldBe([_folder["s.npz"]]);
    }

    [Fact]
    public void EveryTypeHasItsDescription()
    {
        using (var samples = Writer())
        {
            samples.Add("|b1", true);
            samples.Add("|i1", (sbyte)-3);
            samples.Add("|u1", (byte)200);
            samples.Add("<i2", (short)-300);
            samples.Add("<u2", (ushort)60000);
            samples.Add("<i4", -70000);
            samples.Add("<u4", 4_000_000_000);
            samples.Add("<i8", long.MinValue);
            samples.Add("<u8", ulong.MaxValue);
            samples.Add("<f2", (Half)1.5);
            samples.Add("<f4", 0.1f);
            samples.Add("<f8", 0.1);
            samples.Save();
        }

        Entry("|b1.npy").ShouldBe(Npy("|b1", "(1,)", [(byte)1]));
        Entry("|i1.npy").ShouldBe(Npy("|i1", "(1,)", [(sbyte)-3]));
        Entry("|u1.npy").ShouldBe(Npy("|u1", "(1,)", [(byte)200]));
        Entry("<i2.npy").ShouldBe(Npy("<i2", "(1,)", [(short)-300]));
        Entry("<u2.npy").ShouldBe(Npy("<u2", "(1,)", [(ushort)60000]));
        Entry("<i4.npy").ShouldBe(Npy("<i4", "(1,)", [-70000]));
        Entry("<u4.npy").ShouldBe(Npy("<u4", "(1,)", [4_000_000_000]));
        Entry("<i8.npy").ShouldBe(Npy("<i8", "(1,)", [long.MinValue]));
        Entry("<u8.npy").ShouldBe(Npy("<u8", "(1,)", [ulong.MaxValue]));
        Entry("<f2.npy").ShouldBe(Npy("<f2", "(1,)", [(Half)1.5]));
        Entry("<f4.npy").ShouldBe(Npy("<f4", "(1,)", [0.1f]));
        Entry("<f8.npy").ShouldBe(Npy("<f8", "(1,)", [0.1]));
    }

    [Fact]
    public void SpecsReadWhatIsWritten()
    {
        using (var samples = Writer())
        {
            foreach (var first in (float[])[1, 3, 5])
            {
                samples.Add("rows", [first, first + 1], [2]);
                samples.Add("runs", [first], [1, 1]);
                samples.Add("label", (long)first);
            }

            samples.AddConstant("sr", 8000L);
            samples.Save();
        }

        ModelInput[] inputs = [Input("rows", ElementType.Float, -1, 2), Input("sr", ElementType.Int64)];
        var batch = Open(inputs, new("label", null, SampleErrors.At)).Read(() => 2).ToList();
        batch.Count.ShouldBe(2);
        Floats(batch[0].Steps[0].Inputs[0]).ShouldBe([1, 2, 3, 4]);
        batch[0].Steps[0].Inputs[1].Shape.ShouldBeEmpty();
        MemoryMarshal.Cast<byte, long>(batch[0].Steps[0].Labels!.Bytes).ToArray().ShouldBe([1, 3]);
        Open([Input("runs", ElementType.Float, -1, 1)]).Read(() => 9).Select(run => Floats(run.Steps[0].Inputs[0])).ShouldBe([[1], [3], [5]]);
    }

    [Fact]
    public void WithoutSaveNothingIsLeft()
    {
        _folder.Write("s.npz", [1, 2]);
        using (var samples = Writer())
            samples.Add("x", [1f], [1]);

        Directory.GetFiles(Folder).ShouldBe([_folder["s.npz"]]);
        File.ReadAllBytes(_folder["s.npz"]).ShouldBe([1, 2]);
    }

    [Fact]
    public void TheSameSamplesMakeTheSameBytes()
    {
        byte[] Written()
        {
            using var samples = Writer();
            samples.Add("x", [1f], [1]);
            samples.Save();
            return File.ReadAllBytes(_folder["s.npz"]);
        }

        Written().ShouldBe(Written());
        ZipFile.OpenRead(_folder["s.npz"]).Entries[0].LastWriteTime.DateTime.ShouldBe(new(1980, 1, 1));
    }

    [Fact]
    public void EveryArrayNeedsAsManySamples()
    {
        using var samples = Writer();
        Should.Throw<InvalidOperationException>(samples.Save).Message.ShouldBe("There are no samples to save: add some.");
        samples.Add("x", [1f], [1]);
        samples.Add("x", [2f], [1]);
        samples.Add("label", 1L);
        Should.Throw<InvalidOperationException>(samples.Save).Message
            .ShouldBe("There are 2 samples of \"x\" and 1 of \"label\": add as many of each.");
        samples.Add("label", 2L);
        samples.Save();
        Should.Throw<InvalidOperationException>(samples.Save).Message.ShouldEndWith("s.npz has been saved; begin another file.");
        Should.Throw<InvalidOperationException>(() => samples.Add("label", 2L)).Message.ShouldEndWith("s.npz has been saved; begin another file.");
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedByNameAndShape()
    {
        using var samples = Writer();
        samples.Add("x", [1f, 2], [1, 2]);
        samples.AddConstant("sr", 1L);
        Should.Throw<ArgumentException>(() => samples.Add("x", [1f, 2, 3], [1, 2])).Message
            .ShouldStartWith("\"x\" got 3 values for the shape [1, 2], which takes 2.");
        Should.Throw<ArgumentException>(() => samples.Add("x", [1f], [-1, -1])).Message
            .ShouldStartWith("\"x\" is to have the shape [-1, -1]: no axis is shorter than 0.");
        Should.Throw<ArgumentException>(() => samples.Add("x", [1f], [long.MaxValue, 4])).Message
            .ShouldStartWith("\"x\" got 1 values for the shape [9223372036854775807, 4]");
        Should.Throw<ArgumentException>(() => samples.Add("x", [1f, 2], [2, 1])).Message
            .ShouldBe("Sample 2 of \"x\" has the shape [2, 1], those before it have [1, 2]; all samples of an array have one shape.");
        Should.Throw<ArgumentException>(() => samples.Add("x", [1d, 2], [1, 2])).Message
            .ShouldBe("Sample 2 of \"x\" is of double, those before it are of float32.");
        Should.Throw<ArgumentException>(() => samples.Add("c", 'c')).Message.ShouldStartWith("Elements of Char cannot be in samples");
        Should.Throw<InvalidOperationException>(() => samples.Add("sr", 1L)).Message.ShouldBe("\"sr\" is a constant, and cannot be both.");
        Should.Throw<InvalidOperationException>(() => samples.AddConstant("x", [1f, 2], [1, 2])).Message
            .ShouldBe("\"x\" is an array of samples, and cannot be both.");
        Should.Throw<InvalidOperationException>(() => samples.AddConstant("sr", 1L)).Message
            .ShouldBe("\"sr\" is a constant, and has its values already.");
        samples.Dispose();
        Should.Throw<ObjectDisposedException>(() => samples.Add("x", [1f, 2], [1, 2]));
    }

    private string Folder => Path.GetDirectoryName(_folder["x"])!;

    private SampleWriter Writer() => new(_folder["s.npz"]);

    private NpzSamples Open(ModelInput[] inputs, LabelsSpec? labels = null) =>
        NpzSamples.Open(new("s.npz", SampleErrors.At), Folder, inputs, labels);

    private byte[] Entry(string name)
    {
        using var archive = ZipFile.OpenRead(_folder["s.npz"]);
        using var stream = archive.GetEntry(name).ShouldNotBeNull().Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Magic, version 1.0, the header's length, and the header, padded so that elements begin at a multiple of 64.</summary>
    private static byte[] Npy<T>(string descr, string shape, T[] values)
        where T : unmanaged
    {
        var text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}";
        while ((10 + text.Length + 1) % 64 != 0)
            text += " ";
        text += "\n";
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(text), .. MemoryMarshal.AsBytes(values.AsSpan())];
    }

    private static ModelInput Input(string name, ElementType type, params long[] shape) => new(name, type, shape, [.. shape.Select(_ => "")]);

    private static float[] Floats(TensorValue value) => MemoryMarshal.Cast<byte, float>(value.Bytes).ToArray();
}
