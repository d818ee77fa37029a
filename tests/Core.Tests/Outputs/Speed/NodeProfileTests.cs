using System.Text;
using CompressTasks.Outputs.Speed;

namespace CompressTasks.Core.Tests.Outputs.Speed;

public sealed class NodeProfileTests
{
    /// <summary>Three runs, of which the first does not count: "a" took 30 and 10 µs in the others, "b" 4 and 2.</summary>
    private const string ThreeRuns = """
        [
        {"cat":"Session","name":"model_loading_uri","ts":1,"dur":50,"ph":"X","args":{}},
        {"cat":"Node","name":"a_kernel_time","ts":100,"dur":900,"ph":"X","args":{"op_name":"MatMul"}},
        {"cat":"Session","name":"model_run","ts":90,"dur":950,"ph":"X","args":{}},
        {"cat":"Node","name":"a_fence_before","ts":1100,"dur":7,"ph":"X","args":{"op_name":"MatMul"}},
        {"cat":"Node","name":"a_kernel_time","ts":1100,"dur":30,"ph":"X","args":{"op_name":"MatMul"}},
        {"cat":"Node","name":"b_kernel_time","ts":1140,"dur":4,"ph":"X","args":{"op_name":"Add"}},
        {"cat":"Node","name":"choose_kernel_time","ts":1090,"dur":60,"ph":"X","args":{"op_name":"If"}},
        {"cat":"Session","name":"model_run","ts":1090,"dur":70,"ph":"X","args":{}},
        {"cat":"Node","name":"a_kernel_time","ts":2000,"dur":10,"ph":"X","args":{"op_name":"MatMul"}},
        {"cat":"Node","name":"b_kernel_time","ts":2010,"dur":2,"ph":"X","args":{"op_name":"Add"}},
        {"cat":"Session","name":"model_run","ts":1990,"dur":30,"ph":"X","args":{}}
        ]
        """;

    [Fact]
    public void ANodeHasTheMeanOfTheRunsBehindTheFirst() =>
        Read(ThreeRuns).ShouldBe([new NodeTime("a", "MatMul", 0.02), new NodeTime("b", "Add", 0.003)]);

    [Fact]
    public void TheOnlyRunCounts() => Read("""
        [
        {"cat":"Node","name":"a_kernel_time","ts":100,"dur":900,"ph":"X","args":{"op_name":"MatMul"}},
        {"cat":"Session","name":"model_run","ts":90,"dur":950,"ph":"X","args":{}}
        ]
        """).ShouldBe([new NodeTime("a", "MatMul", 0.9)]);

    private static IReadOnlyList<NodeTime> Read(string json) => NodeProfile.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)));
}
