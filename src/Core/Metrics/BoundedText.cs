using System.Text;

namespace CompressTasks.Metrics;

/// <summary>The end of a text that may be far too long to be kept.</summary>
/// <param name="limit">Characters that are kept at least, when there are so many.</param>
internal sealed class BoundedText(int limit)
{
    private readonly StringBuilder _text = new();
    private readonly Lock _lock = new();

    /// <summary>Whether the beginning is gone.</summary>
    public bool IsCut { get; private set; }

    public void Append(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            _text.Append(text);
            if (_text.Length <= 2 * limit)
                return;
            _text.Remove(0, _text.Length - limit);
            IsCut = true;
        }
    }

    public override string ToString()
    {
        lock (_lock)
            return _text.ToString();
    }
}
