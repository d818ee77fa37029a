using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("eval {model}", "eval", "{model}")]
    [InlineData("  eval\t {model}  ", "eval", "{model}")]
    [InlineData("\"my eval\" --at={model}", "my eval", "--at={model}")]
    [InlineData("eval 'it is \"so\"' \"it's\"", "eval", "it is \"so\"", "it's")]
    [InlineData("eval --name=\"a b\"c", "eval", "--name=a bc")]
    [InlineData("eval \"\" ''", "eval", "", "")]
    [InlineData(@"C:\tools\eval.exe D:\m\", @"C:\tools\eval.exe", @"D:\m\")]
    [InlineData("eval $HOME *.npz | cat", "eval", "$HOME", "*.npz", "|", "cat")]
    public void WordsArePartedByBlanksOutsideOfQuotes(string text, params string[] expected) => CommandLine.Split(text).ShouldBe(expected);

    [Theory]
    [InlineData("eval \"{model}")]
    [InlineData("eval it's")]
    [InlineData("eval 'a\"")]
    public void AQuoteThatIsNotClosedIsNoCommandLine(string text) => CommandLine.Split(text).ShouldBeNull();
}
