using CompressTasks.Compression.Layers;

namespace CompressTasks.Core.Tests.Compression.Layers;

public sealed class LayerMovesTests
{
    private const LayerForm Eight = LayerForm.Integer8;
    private const LayerForm Four = LayerForm.Integer4;

    /// <summary>Gain for loss: of the first layer 6 / 0.1 = 60, then (8 − 6) / 0.4 = 5; of the second 3 / 0.1 = 30, then (6 − 3) / 1 = 3.</summary>
    [Fact]
    public void WhatGainsMostForItsLossComesFirst() => Order([new(Eight, 0.1, 6), new(Four, 0.5, 8)], [new(Eight, 0.1, 3), new(Four, 1.1, 6)])
        .ShouldBe([(0, Eight, 0.1), (1, Eight, 0.1), (0, Four, 0.4), (1, Four, 1.0)]);

    /// <summary>8 bits gain 1 for 0.5, and 4 bits 4 for 1: what lies below the line to 4 bits is left out.</summary>
    [Fact]
    public void AFormBelowTheHullIsSkipped() => Order([[new(Eight, 0.5, 1), new(Four, 1, 4)]]).ShouldBe([(0, Four, 1.0)]);

    [Fact]
    public void WhatGainsNothingOrLosesAllIsNoMove() =>
        Order([new(Eight, 0.1, -1), new(Four, double.PositiveInfinity, 5)], [new(Eight, double.NaN, 5), new(Four, 0, 0)]).ShouldBeEmpty();

    [Fact]
    public void WhatLosesNothingComesFirstOfAll() =>
        Order([new(Eight, 0.001, 1000)], [new(Eight, 0, 1), new(Four, 0, 2)]).ShouldBe([(1, Four, 0), (0, Eight, 0.001)]);

    private static IEnumerable<(int, LayerForm, double)> Order(params LayerOption[][] layers) =>
        LayerMoves.Order(layers).Select(move => (move.Layer, move.Option.Form, Math.Round(move.Loss, 12)));
}
