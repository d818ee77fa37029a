namespace CompressTasks.Reporting;

/// <summary>The figures on labels that there are, by the names that people read.</summary>
internal static class LabelFigures
{
    public static IReadOnlyList<(string Figure, double Original, double Restored)> Of(LabelsSummary labels) =>
    [
        .. Both("accuracy", labels.Original.Accuracy, labels.Restored.Accuracy),
        .. Both("cross entropy, nats", labels.Original.Loss, labels.Restored.Loss),
        .. Both("root mean squared error", labels.Original.Rmse, labels.Restored.Rmse),
    ];

    private static IEnumerable<(string Figure, double Original, double Restored)> Both(string name, double? original, double? restored) =>
        original is null && restored is null ? [] : [(name, original ?? double.NaN, restored ?? double.NaN)];
}
