namespace CompressTasks.Tasks.Tests.Package;

/// <summary>What the log of a build says about compression.</summary>
internal static class CompressionLog
{
    public static DotNetResult ShouldHaveCompressed(this DotNetResult result)
    {
        result.ShouldSucceed().Output.ShouldContain("Compressing the models of");
        return result;
    }

    /// <summary>Whatever the number of target frameworks, references and build nodes.</summary>
    public static DotNetResult ShouldHaveCompressedOnce(this DotNetResult result)
    {
        result.ShouldSucceed().Compressions().ShouldBe(1, result.Output);
        return result;
    }

    public static int Compressions(this DotNetResult result) => result.Output.Split("Compressing the models of").Length - 1;

    public static DotNetResult ShouldHaveSkipped(this DotNetResult result)
    {
        result.ShouldSucceed().Output.ShouldContain("are up to date");
        result.Output.ShouldNotContain("Compressing the models of");
        return result;
    }

    public static DotNetResult ShouldNotCompress(this DotNetResult result)
    {
        result.ShouldSucceed().Output.ShouldNotContain("Compressing the models of");
        result.Output.ShouldNotContain("are up to date");
        return result;
    }
}
