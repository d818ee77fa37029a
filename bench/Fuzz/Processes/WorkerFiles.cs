using System.Buffers.Binary;

namespace CompressTasks.Benchmarks.Fuzz.Processes;

/// <summary>The folder of a worker: what it is given, and what it leaves.</summary>
internal sealed record WorkerFiles(string Folder)
{
    public string State => Path.Combine(Folder, "state");

    public string Result => Path.Combine(Folder, "result.json");

    public string Edges => Path.Combine(Folder, "edges");

    public string Findings => Path.Combine(Folder, "findings");

    public string Suspects => Path.Combine(Folder, "suspects");

    public static void WriteSeeds(string path, IEnumerable<byte[]> seeds)
    {
        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var seed in seeds)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, seed.Length);
            file.Write(length);
            file.Write(seed);
        }
    }

    public static IReadOnlyList<byte[]> ReadSeeds(string path)
    {
        var seeds = new List<byte[]>();
        for (var rest = File.ReadAllBytes(path).AsSpan(); !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            seeds.Add(rest.Slice(sizeof(int), length).ToArray());
            rest = rest[(sizeof(int) + length)..];
        }

        return seeds;
    }
}
