using System.Text;
using CompressTasks.IO;

namespace CompressTasks.Core.Tests.IO;

public sealed class SearchedStreamTests
{
    /// <summary>However a text is cut into writes, the key is found where the whole text has it, and the text comes out as it was.</summary>
    [Theory]
    [InlineData("location")]
    [InlineData("aa")]
    [InlineData("a")]
    public void AKeyIsFoundWhereverWritesAreCut(string key)
    {
        var random = new Random(1);
        var found = 0;
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 6).Select(_ => random.Next(4) switch
            {
                0 => key,
                1 => key[..^1],
                2 => key[1..],
                _ => "x",
            }).Where(_ => random.Next(3) == 0));
            var bytes = Encoding.ASCII.GetBytes(text);
            using var written = new MemoryStream();
            using var stream = new SearchedStream(written, Encoding.ASCII.GetBytes(key));
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(random.Next(5), bytes.Length - at);
                stream.Write(bytes.AsSpan(at, length));
                at += length;
            }

            stream.HasKey.ShouldBe(text.Contains(key, StringComparison.Ordinal), text);
            written.ToArray().ShouldBe(bytes);
            found += stream.HasKey ? 1 : 0;
        }

        found.ShouldBeInRange(500, 1800);
    }

    [Fact]
    public void NoKeyIsNeverFound()
    {
        using var stream = new SearchedStream(new MemoryStream(), []);
        stream.Write("location"u8);
        stream.HasKey.ShouldBeFalse();
    }
}
