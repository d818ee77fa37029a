using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CompressTasks.Outputs.Sequences;

namespace CompressTasks.Outputs.Samples;

/// <summary>Samples that two sources have in common, whatever their files are called, and however they are packed.</summary>
internal static class SharedSamples
{
    /// <summary>Counts those of the first that the second has too.</summary>
    /// <exception cref="Diagnostics.CompressException">CT1503: samples cannot be read.</exception>
    public static long Count(ISampleSource first, ISampleSource second)
    {
        // Noise is nobody's sample, and makes no two alike.
        if (IsRandom(first) != IsRandom(second))
            return 0;
        var known = Digests(second).ToHashSet(StringComparer.Ordinal);
        return Digests(first).LongCount(known.Contains);
    }

    private static bool IsRandom(ISampleSource samples) => samples.Summary.Path is null;

    private static IEnumerable<string> Digests(ISampleSource samples) => samples.Read(() => 1).Select(Digest);

    /// <summary>Of the values, their types and shapes: what the model is given.</summary>
    private static string Digest(SampleSequence sequence)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        var inputs = sequence.Steps.SelectMany(step => step.Inputs.OrderBy(input => input.Name, StringComparer.Ordinal));
        foreach (var tensor in inputs.Concat(sequence.Initial))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(tensor.Name + "\0"));
            foreach (var length in (ReadOnlySpan<long>)[(long)tensor.Type, tensor.Shape.Count, .. tensor.Shape])
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, length);
                hash.AppendData(number);
            }

            hash.AppendData(tensor.Bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
