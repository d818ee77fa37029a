using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Targets;

namespace CompressTasks.Benchmarks.Fuzz;

/// <summary>A reader and what it gets of a campaign.</summary>
/// <param name="Name">Of the target.</param>
/// <param name="What">What reads, for the page.</param>
/// <param name="Make">Makes it ready.</param>
/// <param name="Inputs">Of a hundred million inputs.</param>
/// <param name="Time">Of a thousand seconds.</param>
internal sealed record FuzzShare(string Name, string What, Func<IFuzzTarget> Make, long Inputs, int Time);

/// <summary>All readers. Most inputs go where an input costs little.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzShare> All { get; } =
    [
        new("index", "the index of artifacts, beside the generated parser", () => new IndexTarget(), 27_000_000, 187),
        new("wire", "the walk over models, beside Google.Protobuf", () => new WireTarget(), 10_000_000, 101),
        new("tensor", "samples of one tensor, `.pb`", () => new TensorTarget(), 20_000_000, 110),
        new("npy", "headers of arrays, `.npy`", () => new NpyTarget(), 15_000_000, 62),
        new("sound", "sounds, `.wav`", () => new SoundTarget(), 20_000_000, 37),
        new("picture", "pictures, decoded by ImageSharp", () => new PictureTarget(), 500_000, 40),
        new("chunk", "the decoder of weights, beside the tests' decoder", () => new ChunkTarget(), 2_000_000, 69),
        new("artifact", "whole artifacts: opened, decoded, restored", () => new ArtifactTarget(), 1_000_000, 184),
        new("model", "model files: opened, taken apart, put together", () => new ModelTarget(external: false), 1_000_000, 40),
        new("external", "the same with external data", () => new ModelTarget(external: true), 1_000_000, 46),
        new("receipt", "receipts of builds", () => new ReceiptTarget(), 1_000_000, 40),
        new("report", "reports that are compared", () => new ReportTarget(), 1_000_000, 42),
        new("npz", "archives of samples, `.npz`", () => new NpzTarget(), 490_000, 32),
        new("spec", "specs", () => new SpecTarget(), 500_000, 35),
        new("compress", "whole runs, and what their artifacts give back", () => new CompressTarget(), 10_000, 15),
    ];

    public static FuzzShare Named(string name) => All.FirstOrDefault(share => share.Name == name)
        ?? throw new ArgumentException($"there is no target '{name}'; there are {string.Join(", ", All.Select(share => share.Name))}");
}
