using System.Text.Json;

namespace CompressTasks.Benchmarks.Fuzz.Processes;

/// <summary>What a worker has done.</summary>
/// <param name="Inputs">How many inputs were read.</param>
/// <param name="Accepted">How many of them were taken.</param>
/// <param name="Corpus">Inputs of the corpus at the end.</param>
/// <param name="Seconds">Of a processor.</param>
internal sealed record WorkerResult(long Inputs, long Accepted, int Corpus, double Seconds)
{
    public static WorkerResult operator +(WorkerResult one, WorkerResult other) =>
        new(one.Inputs + other.Inputs, one.Accepted + other.Accepted, one.Corpus + other.Corpus, one.Seconds + other.Seconds);

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this));

    public static WorkerResult Read(string path) => JsonSerializer.Deserialize<WorkerResult>(File.ReadAllText(path))!;
}
