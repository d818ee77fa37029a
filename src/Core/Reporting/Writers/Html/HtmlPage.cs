using System.Text;
using System.Xml;
using System.Xml.Linq;
using static CompressTasks.Reporting.Writers.Html.Markup;

namespace CompressTasks.Reporting.Writers.Html;

/// <summary>Writes elements as HTML that is well-formed XML as well: nothing of a report can break out of its place.</summary>
internal static class HtmlPage
{
    /// <summary>The browser itself forbids scripts and requests: only the page's own styles are allowed.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'";

    private static readonly Lazy<string> _style = new(() =>
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    });

    /// <summary>Elements without an end tag in HTML; all others need one, even when they are empty.</summary>
    private static readonly HashSet<string> _void = new(["br", "col", "hr", "meta", "wbr"], StringComparer.Ordinal);

    private static readonly XmlWriterSettings _settings = new()
    {
        OmitXmlDeclaration = true,
        NewLineHandling = NewLineHandling.None,
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };

    /// <summary>One file of its own: no script, no network, light and dark.</summary>
    public static string Write(string title, params object?[] body)
    {
        var html = El("html", Attr("lang", "en"),
            El("head",
                El("meta", Attr("charset", "utf-8")),
                El("meta", Attr("name", "viewport"), Attr("content", "width=device-width, initial-scale=1")),
                El("meta", Attr("name", "color-scheme"), Attr("content", "light dark")),
                El("meta", Attr("http-equiv", "Content-Security-Policy"), Attr("content", Policy)),
                El("title", title),
                El("style", _style.Value)),
            El("body", body));
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
