namespace CompressTasks.Core.Tests.Coding;

/// <summary>Damages a chunk in 2,000 seeded ways, besides truncations, and demands a defined outcome for each.</summary>
internal static class Damage
{
    public static void Everywhere(byte[] chunk, Action<byte[]> decode)
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            byte[] damaged = [.. chunk];
            // Half of the damage goes to the first bytes, which say how the others are to be read.
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(i % 2 == 0 ? Math.Min(20, chunk.Length) : chunk.Length)] ^= (byte)random.Next(1, 256);
            Attempt(damaged, decode);
        }

        for (var length = 0; length < chunk.Length; length += Math.Max(1, chunk.Length / 200))
            Attempt(chunk[..length], decode);
        Attempt([.. chunk, 0], decode);
    }

    private static void Attempt(byte[] damaged, Action<byte[]> decode)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            decode(damaged);
        }
        catch (InvalidDataException)
        {
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 << 20);
    }
}
