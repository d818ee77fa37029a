using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Samples;
using static CompressTasks.Core.Tests.Outputs.Samples.SampleErrors;

namespace CompressTasks.Core.Tests.Outputs.Samples;

public sealed class NpzSamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnOpenBatchIsCutAsAsked()
    {
        var samples = Open([Input("x", -1, 2)], ("x", Npz.Array("<f4", "5, 2", 0f, 1, 2, 3, 4, 5, 6, 7, 8, 9)), ("targets", [1, 2, 3]));
        samples.Summary.Count.ShouldBe(5);
        var runs = samples.Read(() => 2).Select(inputs => OneRun.Inputs(inputs).ShouldHaveSingleItem()).ToList();
        runs.Select(run => string.Join('x', run.Shape)).ShouldBe(["2x2", "2x2", "1x2"]);
        runs.SelectMany(run => Floats(run)).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        OneRun.Inputs(samples.Read(() => 100).ShouldHaveSingleItem())[0].Shape.ShouldBe([5, 2]);
    }

    [Fact]
    public void AFixedBatchIsOneSample()
    {
        var samples = Open([Input("x", 2, 1)], ("x", Npz.Array("<f4", "4, 1", 1f, 2, 3, 4)));
        samples.Summary.Count.ShouldBe(2);
        samples.Read(() => 9).Select(inputs => string.Join(',', Floats(OneRun.Inputs(inputs)[0]))).ShouldBe(["1,2", "3,4"]);
    }

    // As Silero's: a frame, a state whose first axis is no batch, and a sampling rate.
    [Fact]
    public void OneAxisMoreCountsRunsAndAScalarIsTheSameForAll()
    {
        var samples = Open(
            [Input("frame", -1, 2), Input("state", 2, -1), new ModelInput("sr", ElementType.Int64, [], [])],
            ("frame", Npz.Array("<f4", "2, 1, 2", 1f, 2, 3, 4)),
            ("state", Npz.Array("<f4", "2, 2, 1", 5f, 6, 7, 8)),
            ("sr", Npz.Array("<i8", "", 16_000L)));
        var runs = samples.Read(() => 9).Select(OneRun.Inputs).ToList();
        runs.Count.ShouldBe(2);
        runs[1].Select(input => (input.Name, string.Join('x', input.Shape))).ShouldBe([("frame", "1x2"), ("state", "2x1"), ("sr", "")]);
        Floats(runs[1][0]).ShouldBe([3, 4]);
        Floats(runs[1][1]).ShouldBe([7, 8]);
        MemoryMarshal.Read<long>(runs[1][2].Bytes).ShouldBe(16_000);
    }

    [Fact]
    public void AnInputMayHaveASlashInItsName() =>
        Open([Input("model/x", -1)], ("model/x", Npz.Array("<f4", "1,", 4f))).Read(() => 1).Select(OneRun.Inputs).ShouldHaveSingleItem()[0].Name.ShouldBe("model/x");

    [Fact]
    public void TheSummaryHasPathAndHash()
    {
        var samples = Open([Input("x", -1)], ("x", Npz.Array("<f4", "1,", 4f)));
        samples.Summary.ShouldBe(new("npz", "s.npz", Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder["s.npz"]))), 1));
        samples.Files.ShouldBe([_folder["s.npz"]]);
    }

    [Fact]
    public void AMissingFileSaysWhereItWasLookedFor() =>
        Message("CT1502", () => NpzSamples.Open(new("no.npz", At), Path.GetDirectoryName(_folder["x"])!, []))
            .ShouldContain("\"no.npz\" is not there");

    [Fact]
    public void AFileThatIsNoArchiveIsRefused()
    {
        _folder.Write("s.npz", [1, 2, 3]);
        Message("CT1503", () => NpzSamples.Open(new("s.npz", At), Path.GetDirectoryName(_folder["x"])!, [])).ShouldContain("it is no .npz, which numpy.savez writes");
    }

    [Fact]
    public void TwoArraysOfOneNameAreRefused() =>
        Refused("CT1503", Input("x", -1), ("x", Npz.Array("<f4", "1,", 1f)), ("x", Npz.Array("<f4", "1,", 2f))).ShouldContain("x.npy is in it twice");

    [Fact]
    public void AMisspeltArrayIsNamed() =>
        Refused("CT1504", Input("tokens", -1), ("token", Npz.Array("<f4", "1,", 4f)))
            .ShouldContain("has no values for the model's input \"tokens\" (float32 [?]); rename \"token\"");

    [Fact]
    public void AnotherTypeSaysFoundAndExpected() =>
        Refused("CT1506", Input("x", -1), ("x", Npz.Array("<f8", "1,", 4.0))).ShouldContain("of double, the model wants float32");

    [Theory]
    [InlineData("2, 3", "the samples of \"x\" have the shape [2, 3], the model wants [?, 2]")]
    [InlineData("6,", "the samples of \"x\" have the shape [6], the model wants [?, 2]")]
    [InlineData("1, 1, 6", "the axes after the leading one")]
    [InlineData("1, 1, 1, 6", "the model wants [?, 2]")]
    public void AnotherShapeSaysFoundAndExpected(string shape, string expected) =>
        Refused("CT1507", Input("x", -1, 2), ("x", Npz.Array("<f4", shape, 1f, 2, 3, 4, 5, 6))).ShouldContain(expected);

    [Fact]
    public void APartOfAFixedBatchIsRefused() =>
        Refused("CT1507", Input("x", 2, 1), ("x", Npz.Array("<f4", "3, 1", 1f, 2, 3))).ShouldContain("must be a multiple of 2");

    [Fact]
    public void NoSamplesAreRefused() => Refused("CT1508", Input("x", -1, 2), ("x", Npz.Array<float>("<f4", "0, 2")));

    [Fact]
    public void TruncatedElementsAreRefusedWithTheirLength() =>
        Refused("CT1503", Input("x", -1), ("x", Npz.Array("<f4", "3,", 1f, 2))).ShouldContain("x.npy announces 12 bytes of elements, and 8 follow");

    [Fact]
    public void DifferentCountsAreRefused()
    {
        var error = Message(
            "CT1509",
            () => Open([Input("x", -1), Input("y", -1)], ("x", Npz.Array("<f4", "2,", 1f, 2)), ("y", Npz.Array("<f4", "3,", 1f, 2, 3))));
        error.ShouldContain("has 2 samples of \"x\" and 3 of \"y\"");
    }

    [Fact]
    public void ADamagedFileIsReadOrRefused()
    {
        var random = new Random(11);
        var whole = Npz.File(("x", Npz.Array("<f4", "50, 2", [.. Enumerable.Range(0, 100).Select(i => (float)i)])));
        var refused = 0;
        for (var i = 0; i < 1000; i++)
        {
            var bytes = whole.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _folder.Write("s.npz", random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                NpzSamples.Open(new("s.npz", At), Path.GetDirectoryName(_folder["x"])!, [Input("x", -1, 2)]).Read(() => 7).Count()
                    .ShouldBeGreaterThan(0);
            }
            catch (CompressException error)
            {
                refused++;
                error.Diagnostics.ShouldHaveSingleItem().Location.ShouldBe(At);
            }
        }

        refused.ShouldBeInRange(300, 1000);
    }

    private static ModelInput Input(string name, params long[] shape) => new(name, ElementType.Float, shape, [.. shape.Select(_ => "")]);

    private static float[] Floats(TensorValue value) => MemoryMarshal.Cast<byte, float>(value.Bytes).ToArray();

    private NpzSamples Open(ModelInput[] inputs, params (string, byte[])[] arrays) =>
        NpzSamples.Open(new(Path.GetFileName(_folder.Write("s.npz", Npz.File(arrays))), At), Path.GetDirectoryName(_folder["x"])!, inputs);

    private string Refused(string code, ModelInput input, params (string, byte[])[] arrays) => Message(code, () => Open([input], arrays));
}
