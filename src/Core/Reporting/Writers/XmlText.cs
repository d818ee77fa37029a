using System.Text;
using System.Xml;

namespace CompressTasks.Reporting.Writers;

/// <summary>Any text as XML can hold it.</summary>
internal static class XmlText
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Names of weights may hold what XML forbids even as a reference: control characters and halves of surrogate pairs. They become U+FFFD.
    /// </summary>
    public static string Valid(string text)
    {
        var first = 0;
        while (first < text.Length && XmlConvert.IsXmlChar(text[first]))
            first++;
        if (first == text.Length)
            return text;

        var valid = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                valid.Append(text[i]).Append(text[++i]);
            else
                valid.Append(XmlConvert.IsXmlChar(text[i]) ? text[i] : Replacement);
        }

        return valid.ToString();
    }
}
