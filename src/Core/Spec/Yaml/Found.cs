namespace CompressTasks.Spec.Yaml;

/// <summary>Says in a message what stands in a file, or what another library found there: always on one line.</summary>
internal static class Found
{
    private const int Longest = 60;

    public static string Describe(Node node) => node switch
    {
        MappingNode => "a mapping",
        SequenceNode => "a list",
        ScalarNode { IsNull: true } => "nothing",
        ScalarNode { IsPlain: true } scalar => Quote(scalar.Text),
        ScalarNode scalar => $"the text {Quote(scalar.Text)}",
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    /// <summary>What another library says is wrong, to stand within a sentence.</summary>
    public static string OneLine(string reason) =>
        string.Join(' ', reason.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');

    public static string Quote(string text)
    {
        var cut = text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "…") : text;
        return $"\"{string.Concat(cut.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c))}\"";
    }
}
