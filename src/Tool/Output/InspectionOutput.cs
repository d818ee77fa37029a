using CompressTasks.Diagnostics;
using CompressTasks.Inspection;
using CompressTasks.Reporting;
using CompressTasks.Spec.Schema;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>The weights of a model or an artifact on a terminal.</summary>
internal static class InspectionOutput
{
    public static void Write(IAnsiConsole console, InspectedFile inspection)
    {
        var artifact = inspection.Kind == "artifact";
        var table = new FittedTable("weight", "type", "shape", "elements", "bytes", artifact ? "bits/weight" : "stored in", artifact ? "stack"
            : "shared with")
        {
            Expendable = ["elements", "stored in", "bits/weight", "stack", "shared with"],
            Shortenable = ["stored in", "stack", "shared with"],
        };
        foreach (var weight in inspection.Weights)
        {
            table.AddRow(
                ReportOutput.Cell(weight.Path),
                weight.Dtype,
                string.Join('×', weight.Shape),
                ReportOutput.Text($"{weight.Elements}"),
                ReportOutput.Text($"{weight.Bytes}"),
                artifact ? BitsPerWeight(weight) : ReportOutput.Cell(Stored(weight)),
                ReportOutput.Cell(artifact ? Stored(weight) : weight.SharedWith ?? ""));
        }

        table.Write(console);
        var contents = artifact ? Chunks(inspection) : Weights(inspection);
        console.WriteLine(ReportOutput.Text(
            $"{PrintableText.Name(inspection.Path)}: {FigureText.Bytes(inspection.Bytes)}, {contents}")
                + $"{FigureText.Bytes(inspection.StructureBytes)} of structure{InAttributes(inspection)}{Rewritten(inspection)}");
    }

    private static string Stored(InspectedWeight weight) => weight.StandsFor is { } original ? $"{weight.Stored}, for {original}" : weight.Stored;

    private static string Rewritten(InspectedFile file) =>
        file.Weights.Select(weight => weight.StandsFor).OfType<string>().Distinct().Count() is > 0 and var count
            ? ReportOutput.Text($"; a runnable model, in which others stand for {FigureText.Count(count, "weight")} of the original") : "";

    private static string InAttributes(InspectedFile model) => model.AttributeFloats == 0 ? ""
        : ReportOutput.Text($", of which {FigureText.Bytes(model.AttributeFloats * sizeof(float))} are {FigureText.Count(model.AttributeFloats, "float")} in attributes");

    private static string Weights(InspectedFile model)
    {
        var floating = model.Weights.Where(weight => weight.IsFloatingPoint).ToList();
        return ReportOutput.Text(
            $"{FigureText.Count(model.Weights.Count, "weight")}, {floating.Count} of floating-point type, {floating.Count(weight => weight.Elements >= SpecSchema.DefaultMinElements)} of these with {SpecSchema.DefaultMinElements} values or more; ");
    }

    private static string Chunks(InspectedFile artifact)
    {
        var lossless = artifact.Weights.Count(weight => weight.StandsFor is not null || weight.Stored.StartsWith("lossless", StringComparison.Ordinal));
        return ReportOutput.Text($"{FigureText.Count(artifact.Weights.Count, "chunk")}, {lossless} of them lossless; ")
            + "the model's other weights are in its structure, ";
    }

    private static string BitsPerWeight(InspectedWeight weight) =>
        weight.Elements == 0 || weight.SharedWith is not null ? "–" : ReportOutput.Text($"{8.0 * weight.Bytes / weight.Elements:0.000}");
}
