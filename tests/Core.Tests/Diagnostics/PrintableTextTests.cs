using CompressTasks.Diagnostics;

namespace CompressTasks.Core.Tests.Diagnostics;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("blocks.0/attn::weight#2", "blocks.0/attn::weight#2")]
    [InlineData("a\nb\r\tc\u001b[31m", @"a\u000Ab\u000D\u0009c\u001B[31m")]
    [InlineData("a\u0085b\u2028c\u202ed\u2066e", @"a\u0085b\u2028c\u202Ed\u2066e")]
    [InlineData("::error::forged", @"\u003A:error::forged")]
    [InlineData("  ::set-output name=x::1", @"  \u003A:set-output name=x::1")]
    [InlineData("w ##vso[task.complete]", @"w \u0023#vso[task.complete]")]
    [InlineData("##[error]w", @"\u0023#[error]w")]
    public void IsOneLineWithoutCommands(string text, string printable) => PrintableText.Of(text).ShouldBe(printable);

    [Theory]
    [InlineData("m.onnx(1,1): error CT9999: forged", @"m.onnx(1,1)\u003A error CT9999: forged")]
    [InlineData("w: fatal Warning X1: forged", @"w\u003A fatal Warning X1: forged")]
    [InlineData("my: errors", "my: errors")]
    public void OfANameNoDiagnosticIsLeft(string name, string printable) => PrintableText.Name(name).ShouldBe(printable);

    [Fact]
    public void ADiagnosticIsOneLine() =>
        new Diagnostic("CT4002", Severity.Error, "Worst: evil\nm.onnx(1,1): error CT9999: x", new SourceLocation("a\nb.yml", 4, 19)).ToString()
            .ShouldBe(@"a\u000Ab.yml(4,19): error CT4002: Worst: evil\u000Am.onnx(1,1): error CT9999: x");

    /// <summary>A million characters of a file's header in an error are of use to nobody.</summary>
    [Fact]
    public void AMessageIsOfBearableLength()
    {
        var message = new Diagnostic("CT0001", Severity.Error, $"begin {new string('x', 1_000_000)} end").Message;
        message.Length.ShouldBeLessThan(8_100);
        message.ShouldStartWith("begin x");
        message.ShouldContain("x … (992010 characters are left out) … x");
        message.ShouldEndWith("x end");
    }
}
