using CompressTasks.Coding.RangeCoding;

namespace CompressTasks.Coding.Dictionary;

/// <summary>The adaptive state that <c>DictionaryEncoder</c> keeps on both sides.</summary>
internal sealed class DictionaryModel
{
    /// <summary>Short, for what is text in one place is numbers in the next.</summary>
    public const int Memory = 15;
    public const int ShortestRepeat = 1;

    /// <summary>Of a match that is no repeat.</summary>
    public const int ShortestMatch = 3;

    private const int Nodes = 256;
    private const int Phases = 4;

    private readonly AdaptiveBit[] _literals = AdaptiveBit.UnknownBits(Phases * Nodes);

    /// <summary>Whether a match follows, after a literal (0) and after a match (1).</summary>
    public AdaptiveBit[] IsMatch { get; } = AdaptiveBit.UnknownBits(2);

    /// <summary>Whether a match has the distance of the match before.</summary>
    public AdaptiveBit[] IsRepeat { get; } = [AdaptiveBit.Unknown];

    public IntegerModel RepeatLength { get; } = new();

    public IntegerModel MatchLength { get; } = new();

    public IntegerModel Distance { get; } = new();

    /// <summary>
    /// The tree of the eight bits of a literal, given its position modulo 4: what a skeleton has in literals is mostly small float32 weights.
    /// </summary>
    public Span<AdaptiveBit> LiteralAt(int position) => _literals.AsSpan(Nodes * (position % Phases), Nodes);
}
