using System.Text.Json;
using System.Text.Json.Serialization;
using CompressTasks.Inspection;
using CompressTasks.Reporting.Writers.Comparison;
using CompressTasks.Study;

namespace CompressTasks.Reporting.Writers;

/// <summary>The report for programs: indented JSON, the same bytes for the same run.</summary>
internal static class JsonReport
{
    private static readonly ReportJsonContext _context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new NullForNotANumber() },
    });

    public static string Write(InspectedFile inspection) => JsonSerializer.Serialize(inspection, _context.InspectedFile) + "\n";

    public static string Write(Verification verification) => JsonSerializer.Serialize(verification, _context.Verification) + "\n";

    public static string Write(IntegrityCheck check) => JsonSerializer.Serialize(check, _context.IntegrityCheck) + "\n";

    public static string Write(StudyTables tables) => JsonSerializer.Serialize(tables, _context.StudyTables) + "\n";

    public static string Write(CompressionReport report) => JsonSerializer.Serialize(report, _context.CompressionReport) + "\n";

    public static string Write(ComparisonReport comparison) => JsonSerializer.Serialize(comparison, _context.ComparisonReport) + "\n";

    /// <summary>Reads what <see cref="Write(CompressionReport)"/> wrote; what was not a number is not a number again.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static CompressionReport? ReadCompression(JsonElement json) => json.Deserialize(_context.CompressionReport);

    /// <summary>JSON has no NaN and no infinity.</summary>
    private sealed class NullForNotANumber : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}

[JsonSerializable(typeof(CompressionReport))]
[JsonSerializable(typeof(StudyTables))]
[JsonSerializable(typeof(InspectedFile))]
[JsonSerializable(typeof(Verification))]
[JsonSerializable(typeof(IntegrityCheck))]
[JsonSerializable(typeof(ComparisonReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
