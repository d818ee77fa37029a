using CompressTasks.Compression.Tables;
using CompressTasks.Core.Tests.Corpus;
using CompressTasks.Corpus;
using CompressTasks.Onnx;

namespace CompressTasks.Core.Tests.Compression.Tables;

/// <summary>Of real models, what was computed and nothing that was trained. The names say which is which.</summary>
public sealed class CorpusTablesTests
{
    private const int LeastElements = 1024;

    /// <summary>The trained weights nearest to a table: kernels of a depthwise convolution, some of them nearly symmetric.</summary>
    private const double NearestTrained = 0.02;

    [NpmFact]
    public void TheFourierBasesOfSileroAreTables()
    {
        foreach (var path in (string[])[.. NpmModels.SileroModels, NpmModels.SileroV4, NpmModels.SileroV5, NpmModels.SileroV6])
            ShouldBeThose(path, name => name.EndsWith("forward_basis_buffer", StringComparison.Ordinal));
    }

    [NpmFact]
    public void AllOfTheMelSpectrogramIsTables() => ShouldBeThose(NpmModels.MelSpectrogram, _ => true);

    [NpmFact]
    public void WhatReadsPagesAndHearsWordsWasTrained()
    {
        foreach (var path in (string[])[.. NpmModels.OcrModels, NpmModels.SpeechEmbedding, .. NpmModels.WakeWords])
            ShouldBeThose(path, _ => false);
    }

    [Fact]
    public void OfTheSampleOnlyTheMaskWasNotTrained() => ShouldBeThose(TinyGpt.Model, name => name.Contains("Slice", StringComparison.Ordinal));

    private static void ShouldBeThose(string path, Func<string, bool> isTable)
    {
        using var model = OnnxModel.Open(path);
        var weights = model.Weights.Where(weight => weight is { IsFloatingPoint: true, CanExcise: true, Elements: >= LeastElements }).ToList();
        weights.ShouldNotBeEmpty();
        foreach (var weight in weights)
        {
            var evidence = ComputedTable.Measure(weight.ElementType, weight.Shape, model.ReadBytes(weight));
            evidence.IsTable.ShouldBe(isTable(weight.Path), $"{path}: {weight} {evidence}");
            if (!evidence.IsTable)
                evidence.Departure.ShouldBeGreaterThan(NearestTrained, $"{path}: {weight} {evidence}");
        }
    }
}
