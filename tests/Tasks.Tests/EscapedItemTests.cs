namespace CompressTasks.Tasks.Tests;

public sealed class EscapedItemTests
{
    [Theory]
    [InlineData("models/plain-1.onnx", "models/plain-1.onnx")]
    [InlineData("c%20d.onnx", "c%2520d.onnx")]
    [InlineData("$(x)@(y);'*?", "%24%28x%29%40%28y%29%3b%27%2a%3f")]
    public void CharactersOfMSBuildAreEscapedAndComeBack(string path, string escaped)
    {
        EscapedItem.Escape(path).ShouldBe(escaped);
        EscapedItem.Of(path).ItemSpec.ShouldBe(path);
    }
}
