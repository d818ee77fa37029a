namespace CompressTasks.Benchmarks.Page;

/// <summary>Fills a template of a page. Templates lie beside this file.</summary>
internal static class PageTemplate
{
    /// <param name="name">The template's file name.</param>
    /// <param name="places">What goes where <c>{{place}}</c> stands.</param>
    /// <exception cref="InvalidOperationException">The template has a place that nothing fills.</exception>
    public static string Fill(string name, IEnumerable<(string Place, string Content)> places)
    {
        var text = Read(name);
        foreach (var (place, content) in places)
            text = text.Replace($"{{{{{place}}}}}", content, StringComparison.Ordinal);
        return text.Contains("{{", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"{name} has a place that nothing fills.")
            : text;
    }

    private static string Read(string name)
    {
        using var stream = typeof(PageTemplate).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
