using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>A verification on a terminal.</summary>
internal static class VerificationOutput
{
    public static void Write(IAnsiConsole console, IntegrityCheck check) => console.WriteLine(ReportOutput.Text(
        $"{PrintableText.Name(check.Artifact)}: whole; {FigureText.Bytes(check.Bytes)}, {FigureText.Count(check.Chunks, "chunk")}, {check.Lossless} of them lossless, decode to what was measured when it was made. How much was lost is not known: name the model with --against"));

    public static void Write(IAnsiConsole console, Verification verification)
    {
        if (verification.Weights.Count > 0)
        {
            var table = new FittedTable("weight, worst first", "R²");
            foreach (var weight in verification.Weights.WorstFirst(w => w.R2, w => w.Path))
                table.AddRow(ReportOutput.Cell(weight.Path), FigureText.R2(weight.R2));
            table.Write(console);
        }

        if (verification.Outputs is { } outputs)
        {
            var table = new FittedTable("output", "values", "R²", "cosine", "top-1") { Expendable = ["values"] };
            foreach (var output in outputs.Outputs)
                table.AddRow(ReportOutput.Cell(output.Name), ReportOutput.Text($"{output.Values}"), FigureText.Optional(output.R2, "0.000000"),
                    FigureText.Optional(output.Cosine, "0.000000"), FigureText.Optional(output.Top1 ?? output.Equal, "0.0000"));
            table.Write(console);
        }

        if (verification.Gate is { } gate)
            ReportOutput.Checks(console, gate);
        var whole = RunnableVerifier.IsModel(verification.Artifact) ? "" : "whole; ";
        console.WriteLine(
            $"{PrintableText.Name(verification.Artifact)}: {whole}{FigureText.Count(verification.Weights.Count, "weight")} coded with a loss, "
                + $"pooled R² {FigureText.R2(verification.R2)}, worst {FigureText.R2(verification.WorstWeightR2)}; everything else is exact");
    }
}
