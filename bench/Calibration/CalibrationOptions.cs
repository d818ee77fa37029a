using System.Globalization;

namespace CompressTasks.Benchmarks.Calibration;

/// <summary>The command line of <c>calibration</c>.</summary>
/// <param name="Models">The models to measure.</param>
/// <param name="Targets">Least R² of every output; null for those of the model.</param>
/// <param name="IsEqualMeasured">Whether artifacts with the same R² for all weights are looked for as well.</param>
/// <param name="Samples">A folder to write samples and nothing else to; null to measure.</param>
/// <param name="Page">Whether tables are stored for docs/calibration.md.</param>
internal sealed record CalibrationOptions(
    IReadOnlyList<CalibratedModel> Models, IReadOnlyList<double>? Targets, bool IsEqualMeasured, string? Samples, bool Page)
{
    private const string Usage = "usage: calibration [minilm] [resnet18] [isnet] [--r2 R2] [--no-equal] [--samples FOLDER] [--page]";

    /// <exception cref="ArgumentException">Something is not understood; the message says what is.</exception>
    public static CalibrationOptions Parse(IReadOnlyList<string> args)
    {
        var options = new CalibrationOptions([], null, IsEqualMeasured: true, Samples: null, Page: false);
        for (var i = 0; i < args.Count; i++)
        {
            options = args[i] switch
            {
                "--r2" when i + 1 < args.Count => options with { Targets = [double.Parse(args[++i], CultureInfo.InvariantCulture)] },
                "--no-equal" => options with { IsEqualMeasured = false },
                "--samples" when i + 1 < args.Count => options with { Samples = args[++i] },
                "--page" => options with { Page = true },
                var key when CalibratedModel.All.FirstOrDefault(model => model.Key == key) is { } model =>
                    options with { Models = [.. options.Models, model] },
                var other => throw new ArgumentException($"'{other}' is not understood; {Usage}"),
            };
        }

        return options.Models.Count > 0 ? options : options with { Models = CalibratedModel.All };
    }
}
