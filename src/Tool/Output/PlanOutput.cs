using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CompressTasks.Compression.Planning;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Tool.Commands;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>A plan on a terminal, and as JSON.</summary>
internal static class PlanOutput
{
    private static readonly PlanJsonContext _context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Json(IReadOnlyList<PlanDocument> plans) =>
        (plans is [var only] ? JsonSerializer.Serialize(only, _context.PlanDocument)
            : JsonSerializer.Serialize(plans, _context.IReadOnlyListPlanDocument)) + "\n";

    public static void Write(IAnsiConsole console, PlanDocument plan, bool all)
    {
        var (settings, models) = plan;
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("setting", "value", "from");
        foreach (var setting in settings)
            table.AddRow(ReportOutput.Cell(setting.Name), ReportOutput.Cell(setting.Value), ReportOutput.Cell(setting.From));
        console.Write(table);
        foreach (var model in models)
            Write(console, model, all);
    }

    private static void Structure(IAnsiConsole console, IReadOnlyList<PlannedWeight> weights)
    {
        if (weights.Count == 0)
            return;
        var reasons = weights.GroupBy(weight => weight.KeptBecause).OrderByDescending(group => group.Count())
            .Select(group => $"{group.Count()} {group.Key}");
        console.WriteLine(
            ReportOutput.Text(
                $"{FigureText.Count(weights.Count, "more weight")}, of {FigureText.Bytes(weights.Sum(weight => weight.Bytes))}{(weights.Count == 1 ? ", stays" : " together, stay")} in the model's structure (--all lists them): {string.Join("; ", reasons)}"));
    }

    private static void Write(IAnsiConsole console, PlannedModel model, bool all)
    {
        var table = new FittedTable("weight", "type", "shape", "stack", "target, or why it is exact", "rule", "bytes", "about")
        {
            Expendable = ["type", "rule", "shape", "stack"],
            Shortenable = ["target, or why it is exact", "stack"],
        };
        foreach (var alike in PlanFolding.Fold([.. model.Weights.Where(weight => all || !weight.IsPartOfStructure)], isOff: all))
        {
            var weight = alike.First;
            table.AddRow(
                ReportOutput.Cell(alike.Count == 1 ? weight.Path : ReportOutput.Text($"{alike.Pattern} ({alike.Count})")),
                weight.Type,
                string.Join('×', weight.Shape),
                ReportOutput.Cell(weight.Stack ?? "exact"),
                ReportOutput.Cell(weight.SharedWith is null ? weight.Target ?? weight.KeptBecause! : $"the same as {weight.SharedWith}"),
                weight.Rule is { Line: > 0 } rule ? ReportOutput.Text($"line {rule.Line}") : "–",
                ReportOutput.Text($"{alike.Bytes}"),
                alike.EstimatedBytes is { } bytes ? ReportOutput.Text($"{bytes}") : "–");
        }

        table.Write(console);
        if (!all)
            Structure(console, [.. model.Weights.Where(weight => weight.IsPartOfStructure)]);
        if (model.AttributeFloats > 0)
            console.WriteLine(ReportOutput.Text(
                $"{model.AttributeFloats} floats in attributes of nodes, {FigureText.Bytes(model.AttributeFloats * sizeof(float))}, are no weights: ")
                    + "they are carried exactly in the model's structure");
        console.WriteLine(model.EstimatedBytes is { } total
            ? ReportOutput.Text(
                $"{PrintableText.Name(model.Model)}: {FigureText.Bytes(model.OriginalBytes)} to about {FigureText.Bytes(total)} (estimated from samples of the weights), {(double)model.OriginalBytes / total:0.0}x")
            : ReportOutput.Text(
                $"{PrintableText.Name(model.Model)}: {FigureText.Bytes(model.OriginalBytes)}; the size is what passes gate.outputs, which only a run can find out"));
        console.WriteLine($"would write {PrintableText.Name(model.ArtifactPath)}"
            + (model.RunnablePath is { } runnable ? $" and {PrintableText.Name(runnable)}" : ""));
    }
}

/// <summary>The JSON of <c>plan --json</c>.</summary>
internal sealed record PlanDocument(IReadOnlyList<PlanSetting> Settings, IReadOnlyList<PlannedModel> Models);

[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(IReadOnlyList<PlanDocument>))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
