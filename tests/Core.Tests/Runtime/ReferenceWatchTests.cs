using System.Text;
using CompressTasks.Diagnostics;
using CompressTasks.Runtime;

namespace CompressTasks.Core.Tests.Runtime;

/// <summary>What is written to a stream is watched for references to other files.</summary>
public sealed class ReferenceWatchTests
{
    [Theory]
    [InlineData("location")]
    [InlineData("a l|ocation b")]
    [InlineData("loc|ati|on")]
    [InlineData("l|o|c|a|t|i|o|n")]
    [InlineData("llloc|ation")]
    public void AKeyIsSeenWhereverWritesAreCut(string text)
    {
        var target = new MemoryStream();
        using var watch = new ReferenceWatch(target, "a.onnxz");

        Should.Throw<CompressException>(() =>
        {
            foreach (var part in text.Split('|'))
                watch.Write(Encoding.UTF8.GetBytes(part));
        }).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("CT3014");
    }

    [Theory]
    [InlineData("loca|tiom|locatio")]
    [InlineData("locat|locat|iom|loc")]
    public void EverythingElsePasses(string text)
    {
        var target = new MemoryStream();
        using (var watch = new ReferenceWatch(target, "a.onnxz"))
        {
            foreach (var part in text.Split('|'))
                watch.Write(Encoding.UTF8.GetBytes(part));
        }

        Encoding.UTF8.GetString(target.ToArray()).ShouldBe(text.Replace("|", "", StringComparison.Ordinal));
    }
}
