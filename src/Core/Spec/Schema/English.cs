namespace CompressTasks.Spec.Schema;

/// <summary>Enumerations in messages.</summary>
internal static class English
{
    public static string Or(IReadOnlyList<string> words) => Join(words, "or");

    public static string And(IReadOnlyList<string> words) => Join(words, "and");

    private static string Join(IReadOnlyList<string> words, string conjunction) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} {conjunction} {words[^1]}";
}
