using System.Globalization;
using CompressTasks.Reporting;
using CompressTasks.Study;
using Spectre.Console;

namespace CompressTasks.Tool.Output;

/// <summary>The papers' three tables on a terminal.</summary>
internal static class StudyOutput
{
    public static void Write(IAnsiConsole console, StudyTables tables)
    {
        console.WriteLine("L1: Gaussians on the rows of the weights (P58 §3.1)");
        console.Write(Gaussian(tables.Gaussian));
        console.WriteLine(
            "L2: another basis on the Gaussians' parameters (P58 §3.2). R² to the parameters is the papers' figure; R² to the weights is what is "
                + "left of the model.");
        console.Write(SecondStage(tables.SecondStage));
        console.WriteLine("Tower: PCA repeated on its own scores until it gains nothing (P67)");
        console.Write(Tower(tables.Tower));
    }

    private static Table Gaussian(IReadOnlyList<GaussianRow> rows)
    {
        var table = ReportOutput.NewTable("weight", "shape", "parameters", "ratio", "MSE", "R² to weights", "PR", "PR standardized");
        foreach (var row in rows)
        {
            table.AddRow(
                ReportOutput.Cell(row.Weight),
                Text($"{row.Rows}×{row.Columns}"),
                Text($"{row.Parameters:N0}"),
                Text($"{row.Ratio:0.0}x"),
                Text($"{row.MeanSquaredError:0.000000}"),
                FigureText.R2(row.R2),
                Text($"{row.ParticipationRatio:0.00}"),
                Text($"{row.StandardizedParticipationRatio:0.00}"));
        }

        return table;
    }

    private static Table SecondStage(IReadOnlyList<SecondStageRow> rows)
    {
        var table = ReportOutput.NewTable("weight", "method", "R² to parameters", "R² to weights", "parameters", "ratio", "total");
        foreach (var row in rows)
        {
            table.AddRow(
                ReportOutput.Cell(row.Weight),
                ReportOutput.Cell(row.Method),
                FigureText.R2(row.R2ToParameters),
                FigureText.R2(row.R2ToWeights),
                Text($"{row.Parameters:N0}"),
                Text($"{row.Ratio:0.0}x"),
                Text($"{row.TotalRatio:0.0}x"));
        }

        return table;
    }

    private static Table Tower(IReadOnlyList<TowerRow> rows)
    {
        var table = ReportOutput.NewTable("weight", "level", "parameters", "level ratio", "cumulative", "R² to level before", "R² to weights", "PR",
            "for 95 %");
        foreach (var row in rows)
        {
            table.AddRow(
                ReportOutput.Cell(row.Level == 0 ? row.Weight : ""),
                Text($"L{row.Level} {row.Name}{(row.Kept ? "" : " (dropped)")}"),
                Text($"{row.Parameters:N0}"),
                Text($"{row.LevelRatio:0.00}x"),
                Text($"{row.CumulativeRatio:0.0}x"),
                FigureText.R2(row.R2ToPrevious),
                FigureText.R2(row.R2ToWeights),
                row.ParticipationRatio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–",
                row.ComponentsFor95?.ToString(CultureInfo.InvariantCulture) ?? "–");
        }

        return table;
    }

    private static string Text(FormattableString text) => ReportOutput.Text(text);
}
