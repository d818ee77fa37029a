using CompressTasks.Compression;
using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Core.Tests.Outputs.Samples;
using CompressTasks.Diagnostics;
using CompressTasks.Numerics;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Calibration;

/// <summary>Calibration samples that are not what they should be are said so where the spec names them.</summary>
public sealed class CalibrationSamplesTests : IDisposable
{
    private const int Rows = 64;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OfAWrongLengthAreSaidWithTheirFile()
    {
        // Open in the model's interface, and yet only as many columns fit as the weight has rows.
        _folder.Write("m.onnx", Graphs.Model([("x", [-1, -1])], [("y", ElementType.Float)],
            [Graphs.Matrix("w", Rows, 32, Noise)], "MatMul x,w -> y").ToByteArray());
        WriteFloats("gate.npz", Rows);
        WriteFloats("calibration.npz", Rows + 1);
        var error = Refused();
        (error.Code, error.Location!.Line).ShouldBe(("CT1510", 2));
        error.Message.ShouldStartWith("in sample 1 of \"calibration.npz\": ONNX Runtime cannot run m.onnx on the samples: ");
    }

    /// <summary>The first 16 samples are run by themselves, all of them where the inputs of layers are measured.</summary>
    [Theory]
    [InlineData(2, "in sample 3 of \"calibration.npz\": ONNX Runtime cannot run m.onnx on the samples: ")]
    [InlineData(17, "in \"calibration.npz\": ONNX Runtime cannot run m.onnx on the samples: ")]
    public void OfAWrongRangeAreSaidWithTheirFile(int wrong, string expected)
    {
        var model = Graphs.Model([("x", [1, 4])], [("y", ElementType.Float)],
            [Graphs.Matrix("embedding", Rows, 32, Noise), Graphs.Matrix("w", 32, Rows, Noise)], "Gather embedding,x -> e", "MatMul e,w -> y");
        model.Graph.Input[0].Type.TensorType.ElemType = (int)ElementType.Int64;
        _folder.Write("m.onnx", model.ToByteArray());
        WriteIndices("gate.npz", wrong: -1);
        WriteIndices("calibration.npz", wrong);
        var error = Refused();
        (error.Code, error.Location!.Line).ShouldBe(("CT1510", 2));
        error.Message.ShouldStartWith(expected);
    }

    [Fact]
    public void ThatAreACopyOfTheGatesAreWarnedOf()
    {
        _folder.Write("m.onnx", Graphs.Model([("x", [-1, Rows])], [("y", ElementType.Float)],
            [Graphs.Matrix("w", Rows, 32, Noise)], "MatMul x,w -> y").ToByteArray());
        WriteFloats("gate.npz", Rows);
        WriteFloats("calibration.npz", Rows);
        Compress().Diagnostics.Single(diagnostic => diagnostic.Code == "CT4010").Message
            .ShouldContain("calibrated on the samples that the gate judges by");
    }

    [Fact]
    public void OfWhichTheGateHasSomeAreWarnedOf()
    {
        _folder.Write("m.onnx", Graphs.Model([("x", [-1, Rows])], [("y", ElementType.Float)],
            [Graphs.Matrix("w", Rows, 32, Noise)], "MatMul x,w -> y").ToByteArray());
        WriteFloats("gate.npz", Rows);
        WriteFloats("calibration.npz", Rows, first: 60);
        var outcome = Compress();
        outcome.Diagnostics.Single(diagnostic => diagnostic.Code == "CT4010").Message
            .ShouldContain("calibrated on 100 samples, 40 of them among those by which the gate judges");
        (outcome.Report.Search!.SharedWithGate, outcome.Report.Search.IsGate).ShouldBe((40, false));
    }

    private Diagnostic Refused() => Should.Throw<CompressException>(Compress).Diagnostics.ShouldHaveSingleItem();

    private CompressionOutcome Compress() => SpecRun.Compress(_folder,
        """
        models: [ m.onnx ]
        rules: [ { weights: "**", stack: [ quantize: { for: outputs, calibration: calibration.npz } ] } ]
        gate: { outputs: { samples: gate.npz, r2: 0.9 } }
        """);

    /// <summary>Any values between −1 and 1 that are no computed table.</summary>
    private static float Noise(int i) => MathF.Sin((i * i * 0.37f % 100) + i);

    private void WriteFloats(string name, int columns, int first = 0) => _folder.Write(name, Npz.File(
        ("x", Npz.Array("<f4", $"100, {columns}", [.. Enumerable.Range(first * columns, 100 * columns).Select(i => MathF.Sin(i * i))]))));

    /// <summary>Twenty samples of four indices; one of them has one that the weight has no row for.</summary>
    private void WriteIndices(string name, int wrong) => _folder.Write(name, Npz.File(
        ("x", Npz.Array("<i8", "20, 1, 4", [.. Enumerable.Range(0, 80).Select(i => i == 4 * wrong ? Rows : (long)(i % Rows))]))));
}
