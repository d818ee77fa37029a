namespace TinyGpt;

/// <summary>Windows of held-out text and, for every character of them, the one that follows.</summary>
internal sealed record ValidationText(TokenMatrix Tokens, TokenMatrix Targets)
{
    public static ValidationText Read(string path) =>
        new(NpzReader.ReadTokens(path, "tokens"), NpzReader.ReadTokens(path, "targets"));
}
