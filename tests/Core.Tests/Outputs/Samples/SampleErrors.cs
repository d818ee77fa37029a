using CompressTasks.Diagnostics;

namespace CompressTasks.Core.Tests.Outputs.Samples;

/// <summary>The one place in a spec that samples of these tests are asked for at, and the mistakes that are reported there.</summary>
internal static class SampleErrors
{
    public static readonly SourceLocation At = new("compress.yml", 7, 9);

    /// <summary>Demands one diagnostic, of this code and at <see cref="At"/>.</summary>
    /// <returns>Its message.</returns>
    public static string Message(string code, Action open)
    {
        var diagnostic = Should.Throw<CompressException>(open).Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe(code);
        diagnostic.Location.ShouldBe(At);
        return diagnostic.Message;
    }
}
