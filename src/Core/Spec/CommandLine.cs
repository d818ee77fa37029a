using System.Text;

namespace CompressTasks.Spec;

/// <summary>
/// Splits a command line into words, alike on every system: blanks part them, "…" and '…' hold together what is between them, and every other
/// character, a backslash too, stands for itself.
/// </summary>
internal static class CommandLine
{
    /// <returns>Null when a quote is not closed.</returns>
    public static IReadOnlyList<string>? Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        foreach (var character in text)
        {
            if (character == quote)
                quote = '\0';
            else if (quote == '\0' && character is '"' or '\'')
                (quote, isWord) = (character, true);
            else if (quote == '\0' && char.IsWhiteSpace(character))
                Finish();
            else
                (_, isWord) = (word.Append(character), true);
        }

        Finish();
        return quote == '\0' ? words : null;

        void Finish()
        {
            if (isWord)
                words.Add(word.ToString());
            word.Clear();
            isWord = false;
        }
    }
}
