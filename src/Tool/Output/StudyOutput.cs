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
        Gaussian(tables.Gaussian).Write(console);
        console.WriteLine(
            "L2: another basis on the Gaussians' parameters (P58 §3.2). R² to the parameters is the papers' figure; R² to the weights is what is "
                + "left of the model.");
        SecondStage(tables.SecondStage).Write(console);
        console.WriteLine("Tower: PCA repeated on its own scores until it gains nothing (P67)");
        Tower(tables.Tower).Write(console);
    }

    private static FittedTable Gaussian(IReadOnlyList<GaussianRow> rows)
    {
        var table = new FittedTable("weight", "shape", "parameters", "ratio", "MSE", "R² to weights", "PR", "PR standardized")
        {
            Expendable = ["PR standardized", "PR", "shape", "MSE", "parameters"],
        };
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

    private static FittedTable SecondStage(IReadOnlyList<SecondStageRow> rows)
    {
        var table = new FittedTable("weight", "method", "R² to parameters", "R² to weights", "parameters", "ratio", "total")
        {
            Expendable = ["parameters", "ratio"],
        };
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

    private static FittedTable Tower(IReadOnlyList<TowerRow> rows)
    {
        var table = new FittedTable("weight", "level", "parameters", "level ratio", "cumulative", "R² to level before", "R² to weights", "PR",
            "for 95 %")
        {
            Expendable = ["for 95 %", "PR", "parameters", "level ratio", "R² to level before"],
        };
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
