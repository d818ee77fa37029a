using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Writes elements as HTML that is well-formed XML as well: nothing of a report can break out of its place.</summary>
internal static class HtmlPage
{
    /// <summary>Elements without an end tag in HTML; all others need one, even when they are empty.</summary>
    private static readonly HashSet<string> _void = new(["br", "col", "hr", "meta"], StringComparer.Ordinal);

    private static readonly XmlWriterSettings _settings = new()
    {
        OmitXmlDeclaration = true,
        NewLineHandling = NewLineHandling.None,
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };

    public static string Write(XElement html)
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, _settings))
            Write(writer, html);
        return $"<!DOCTYPE html>\n{Encoding.UTF8.GetString(buffer.ToArray())}\n";
    }

    private static void Write(XmlWriter writer, XElement element)
    {
        writer.WriteStartElement(element.Name.LocalName);
        foreach (var attribute in element.Attributes())
            writer.WriteAttributeString(attribute.Name.LocalName, XmlText.Valid(attribute.Value));
        foreach (var node in element.Nodes())
        {
            if (node is XElement child)
                Write(writer, child);
            else if (node is XText text)
                writer.WriteString(XmlText.Valid(text.Value));
        }

        if (_void.Contains(element.Name.LocalName))
            writer.WriteEndElement();
        else
            writer.WriteFullEndElement();
        if (element.Name.LocalName is "section" or "tr" or "header" or "head" or "p")
            writer.WriteRaw("\n");
    }
}
