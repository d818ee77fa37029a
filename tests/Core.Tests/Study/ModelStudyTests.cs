using CompressTasks.Core.Tests.Compression;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Stages.Gaussian;
using CompressTasks.Numerics;
using CompressTasks.Stages;
using CompressTasks.Stages.Gaussian;
using CompressTasks.Stages.Pca;
using CompressTasks.Study;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Study;

/// <summary>The papers' tables on noise of 128 rows and 256 columns, the shape whose numbers P58 works out.</summary>
public sealed class ModelStudyTests(ModelStudyTests.Tables fixture) : IClassFixture<ModelStudyTests.Tables>
{
    [Fact]
    public void TheFirstTableCountsAsThePaper()
    {
        var row = fixture.Study.Gaussian.ShouldHaveSingleItem();
        (row.Weight, row.Rows, row.Columns, row.Parameters).ShouldBe(("w", 128, 256, 3072));
        row.Ratio.ShouldBe(128 * 256 / 3072.0, 1e-12);
    }

    [Fact]
    public void TheFirstTableMeasuresWhatTheFormulaGives()
    {
        var decoded = fixture.Decode(fixture.First.Parameters);
        var row = fixture.Study.Gaussian[0];
        row.R2.ShouldBe(PlainR2.Of(fixture.Weights.Values, decoded), 1e-9);
        row.MeanSquaredError.ShouldBe(fixture.Weights.Values.Zip(decoded, (a, b) => (a - b) * (a - b)).Average(), 1e-9);
        row.R2.ShouldBeInRange(0.05, 0.5);
    }

    [Theory]
    [InlineData("pca, keep 50 %", 1848)]
    [InlineData("pca, keep 25 %", 936)]
    [InlineData("pca, keep 10 %", 328)]
    [InlineData("pca, keep 10 %, jacobian", 328)]
    [InlineData("dct, keep 50 %", 1536)]
    [InlineData("dct, keep 25 %", 768)]
    [InlineData("gaussian, 2 per row", 768)]
    public void TheSecondTableCountsAsThePaper(string method, long parameters)
    {
        var row = fixture.Study.SecondStage.Single(r => r.Method == method);
        row.Parameters.ShouldBe(parameters);
        row.Ratio.ShouldBe(3072.0 / parameters, 1e-12);
        row.TotalRatio.ShouldBe(128 * 256.0 / parameters, 1e-12);
    }

    [Fact]
    public void TheSecondTableHasTheMethodsOfThePaper() => fixture.Study.SecondStage.Select(row => row.Method).ShouldBe(
    [
        "gaussian, 2 per row", "haar, drop 10 %", "haar, drop 25 %", "haar, drop 50 %", "dct, keep 50 %", "dct, keep 25 %",
        "pca, keep 50 %", "pca, keep 25 %", "pca, keep 10 %", "pca, keep 50 %, jacobian", "pca, keep 25 %, jacobian", "pca, keep 10 %, jacobian",
    ]);

    [Fact]
    public void BothR2AreWhatPlainArithmeticGives()
    {
        var row = fixture.Study.SecondStage.Single(r => r.Method == "pca, keep 25 %");
        var level = new PcaStage(new PcaOptions { Components = 6, Weighting = PcaWeighting.None })
            .Encode(fixture.First.Parameters, fixture.First.Sensitivity, CancellationToken.None)[0];
        var parameters = level.Decoder.Decode(level.Parameters);
        row.R2ToParameters.ShouldBe(PlainR2.Of(fixture.First.Parameters.Values, parameters.Values), 1e-9);
        row.R2ToWeights.ShouldBe(PlainR2.Of(fixture.Weights.Values, fixture.Decode(parameters)), 1e-6);

        // The papers' figure flatters: what it keeps is not what the weights need.
        row.R2ToParameters.ShouldBeGreaterThan(0.8);
        row.R2ToWeights.ShouldBeLessThan(fixture.Study.Gaussian[0].R2);
    }

    [Fact]
    public void TheTowerStartsAtTheAmplitudes()
    {
        var rows = fixture.Study.Tower;
        rows.Select(row => row.Level).ShouldBe(Enumerable.Range(0, rows.Count));
        (rows[0].Name, rows[0].Parameters).ShouldBe(("weights", 128 * 256L));
        (rows[1].Name, rows[1].Parameters).ShouldBe(("gaussian amplitudes", 128 * 8L));
        rows[1].CumulativeRatio.ShouldBe(32, 1e-12);
        rows.Count.ShouldBeGreaterThan(2);
        rows[^1].Kept.ShouldBeFalse("independent amplitudes need all components, so the first PCA gains nothing");
        foreach (var (before, row) in rows.Zip(rows.Skip(1)))
            row.LevelRatio.ShouldBe(before.Parameters / (double)row.Parameters, 1e-12);
    }

    [Fact]
    public void RowsLimitTheStudyAndGlobsChooseWeights()
    {
        ModelStudy.Run(fixture.Path, "w", 2, rows: 16, refine: false, 1, CancellationToken.None).Gaussian.ShouldHaveSingleItem().Rows.ShouldBe(16);
        ModelStudy.Run(fixture.Path, "nothing", 2, rows: 16, refine: false, 1, CancellationToken.None).Gaussian.ShouldBeEmpty();
    }

    [Fact]
    public void OnlyFiniteMatricesAreStudied() =>
        fixture.Study.Gaussian.Select(row => row.Weight).ShouldBe(["w"], "a vector, integers and a matrix with a NaN are in the model as well");

    public sealed class Tables : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Tables()
        {
            Weights = PlainGaussian.Random(seed: 58, 128, 256);
            var integers = Build.Tensor("ids", ElementType.Int64, 1, 2);
            integers.RawData = ByteString.CopyFrom(new byte[16]);
            Path = _folder.Write("m.onnx", Build.Model(
                MatrixOf("w", 128, 256, [.. Weights.Values.Select(v => (float)v)]), Build.Raw("vector", 1, 2, 3), integers,
                    MatrixOf("broken", 2, 2, 1, float.NaN, 3, 4)));
            Study = ModelStudy.Run(Path, "**", 8, rows: null, refine: true, 2, CancellationToken.None);
            First = new GaussianStage(new GaussianOptions(8), 2).Encode(Weights, [.. Enumerable.Repeat(1.0, 256)], CancellationToken.None)[0];
        }

        internal string Path { get; }

        internal StudyTables Study { get; }

        internal Matrix Weights { get; }

        internal Level First { get; }

        public void Dispose() => _folder.Dispose();

        /// <summary>Σ A·exp(−(j−μ)²/2σ²), row by row.</summary>
        internal double[] Decode(Matrix parameters) => [.. Enumerable.Range(0, 128).SelectMany(row => PlainGaussian.Sum(parameters.Row(row), 256))];

        private static CompressTasks.Onnx.Protobuf.TensorProto MatrixOf(string name, int rows, int columns, params float[] values)
        {
            var tensor = Build.Tensor(name, ElementType.Float, rows, columns);
            tensor.RawData = ByteString.CopyFrom(Build.Bytes(values));
            return tensor;
        }
    }
}
