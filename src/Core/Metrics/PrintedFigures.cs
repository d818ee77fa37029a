using System.Globalization;
using System.Text.Json;

namespace CompressTasks.Metrics;

/// <summary>What a program printed: a number, which is the figure whatever it is called, or a JSON object, which has several by name.</summary>
internal sealed class PrintedFigures
{
    private readonly double? _number;
    private readonly Dictionary<string, double?> _byName;

    private PrintedFigures(double? number, Dictionary<string, double?> byName) => (_number, _byName) = (number, byName);

    /// <summary>The keys of the object; none of a number.</summary>
    public IReadOnlyList<string> Names => [.. _byName.Keys];

    /// <summary>Reads all of the output, or else its last line that is not empty.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="isCut">Whether its beginning is missing.</param>
    /// <returns>Null when there is neither a number nor an object.</returns>
    public static PrintedFigures? Read(string output, bool isCut) =>
        (isCut ? null : ReadOne(output.Trim().TrimStart('\uFEFF'))) ?? (LastLine(output) is { } line ? ReadOne(line) : null);

    /// <summary>The figure of a name; null when the object has no such number. May be infinite or not a number.</summary>
    public double? Find(string name) => _number ?? _byName.GetValueOrDefault(name);

    /// <summary>As it was printed: a counter before it that a carriage return writes over is another line, a backspace makes it no number.</summary>
    private static string? LastLine(string output) =>
        output.Split('\n', '\r').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0);

    private static PrintedFigures? ReadOne(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return new(number, []);
        if (!text.StartsWith('{'))
            return null;
        try
        {
            using var json = JsonDocument.Parse(text);
            var figures = new Dictionary<string, double?>(StringComparer.Ordinal);
            foreach (var property in json.RootElement.EnumerateObject())
                figures[property.Name] = Figure(property.Value);
            return new(null, figures);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Half of a surrogate pair is well-formed JSON, and no text.
            return null;
        }
    }

    /// <summary>JSON has no NaN, and programs write null or a text in its place.</summary>
    private static double? Figure(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity" => double.NaN,
        _ => null,
    };
}
