using System.Text.Json;

namespace TinyGpt;

/// <summary>The characters the model knows; a character's token is its index.</summary>
internal sealed class Vocabulary
{
    private readonly char[] _characters;
    private readonly Dictionary<char, long> _tokens;

    private Vocabulary(char[] characters)
    {
        _characters = characters;
        _tokens = characters.Index().ToDictionary(entry => entry.Item, entry => (long)entry.Index);
    }

    public static Vocabulary Read(string path)
    {
        var characters = JsonSerializer.Deserialize<string[]>(File.ReadAllText(path))
            ?? throw new InvalidDataException($"{path} holds no list of characters.");
        return new Vocabulary([.. characters.Select(text => text.Single())]);
    }

    /// <summary>The tokens of a text, or the first character of it that the model does not know.</summary>
    public bool TryEncode(string text, out long[] tokens, out char unknown)
    {
        unknown = text.FirstOrDefault(character => !_tokens.ContainsKey(character));
        tokens = unknown == default ? [.. text.Select(character => _tokens[character])] : [];
        return unknown == default;
    }

    public string Decode(IEnumerable<long> tokens) => string.Concat(tokens.Select(token => _characters[token]));
}
