using CompressTasks.Numerics;
using CompressTasks.Outputs;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Core.Tests.Outputs.Sequences;

public sealed class StatefulModelTests
{
    [Theory]
    [InlineData("state", "stateN")]
    [InlineData("h0", "hn")]
    [InlineData("past_key_values.0.key", "present.0.key")]
    [InlineData("past.3.decoder.value", "present.3.decoder.value")]
    [InlineData("cache_in", "cache_out")]
    [InlineData("h", "new_h")]
    [InlineData("prev_state", "next_state")]
    public void NamesThatDifferInTheirSideOnlyArePaired(string input, string output) =>
        StatefulModel.Find([Of(input, 2, -1, 128)], [Of(output, 2, 1, 128)]).ShouldBe([(input, output)]);

    [Theory]
    [InlineData("input", "output")]
    [InlineData("x", "y")]
    [InlineData("input_ids", "logits")]
    [InlineData("tokens", "token")]
    public void OthersAreNot(string input, string output) => StatefulModel.Find([Of(input, 2, 1, 128)], [Of(output, 2, 1, 128)]).ShouldBeEmpty();

    [Fact]
    public void ShapesThatCannotBeTheSameAreNot()
    {
        StatefulModel.Find([Of("state", 2, 64)], [Of("stateN", 2, 128)]).ShouldBeEmpty();
        StatefulModel.Find([Of("state", 2, 128)], [Of("stateN", 2, 1, 128)]).ShouldBeEmpty();
        StatefulModel.Find([Of("state", 2, 128) with { Type = ElementType.Int64 }], [Of("stateN", 2, 128)]).ShouldBeEmpty();
    }

    private static ModelInput Of(string name, params long[] shape) => new(name, ElementType.Float, shape, [.. shape.Select(_ => "")]);
}
