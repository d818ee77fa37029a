using CompressTasks.Diagnostics;
using CompressTasks.Inspection;
using CompressTasks.Reporting;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>The weights of a model or an artifact on a terminal.</summary>
internal static class InspectionOutput
{
    public static void Write(IAnsiConsole console, InspectedFile inspection)
    {
        var artifact = inspection.Kind == "artifact";
        var table = ReportOutput.NewTable("weight", "type", "shape", "elements", "bytes", artifact ? "bits/weight" : "stored in", artifact ? "stack"
            : "shared with");
        foreach (var weight in inspection.Weights)
        {
            table.AddRow(
                ReportOutput.Cell(weight.Path),
                weight.Dtype,
                string.Join('×', weight.Shape),
                ReportOutput.Text($"{weight.Elements}"),
                ReportOutput.Text($"{weight.Bytes}"),
                artifact ? BitsPerWeight(weight) : ReportOutput.Cell(weight.Stored),
                ReportOutput.Cell(artifact ? weight.Stored : weight.SharedWith ?? ""));
        }

        console.Write(table);
        console.WriteLine(ReportOutput.Text(
            $"{PrintableText.Name(inspection.Path)}: {FigureText.Bytes(inspection.Bytes)}, {inspection.Weights.Count} weights, {FigureText.Bytes(inspection.StructureBytes)} of structure"));
    }

    private static string BitsPerWeight(InspectedWeight weight) =>
        weight.Elements == 0 || weight.SharedWith is not null ? "–" : ReportOutput.Text($"{8.0 * weight.Bytes / weight.Elements:0.000}");
}
