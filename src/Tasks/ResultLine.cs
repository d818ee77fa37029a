using System.Text.RegularExpressions;

namespace CompressTasks.Tasks;

/// <summary>The line that the compressor writes for each model: <c>models/a.onnx -&gt; /src/obj/compress/models/a.onnxz (figures)</c>.</summary>
internal static class ResultLine
{
    private const char DivisionSlash = '\u2215';

    /// <summary>
    /// The name of the artifact or runnable model, and the figures: <c>a.onnxz: figures</c>. It has no separator of folders, because the terminal
    /// logger makes a link of what comes before the last one.
    /// </summary>
    /// <returns>Null if the line is something else.</returns>
    public static string? Shorten(string line)
    {
        // Nearly no line is one, and the expression costs more to build than to run.
        if (line.IndexOf(".onnxz (", StringComparison.Ordinal) < 0 && line.IndexOf(".onnx (", StringComparison.Ordinal) < 0)
            return null;
        var match = Regex.Match(line, @" -> .*?([^/\\]+\.onnxz?) \((.*)\)$", RegexOptions.CultureInvariant);
        return match.Success ? $"{match.Groups[1].Value}: {match.Groups[2].Value.Replace('/', DivisionSlash).Replace('\\', DivisionSlash)}" : null;
    }
}
