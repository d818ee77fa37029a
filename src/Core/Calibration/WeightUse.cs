using CompressTasks.WeightCoding;

namespace CompressTasks.Calibration;

/// <summary>A weight of linear layers on every path through a model.</summary>
/// <param name="OnPaths">For each path; null where it does not lead to the weight. At least one is there, and all have the same layout.</param>
internal sealed record WeightUse(IReadOnlyList<LinearUse?> OnPaths)
{
    private IEnumerable<LinearUse> Known => OnPaths.OfType<LinearUse>();

    public LinearLayout Layout => Known.First().Layout;

    /// <summary>What its layers meet on all paths.</summary>
    public IEnumerable<LayerInput> Inputs => Known.SelectMany(use => use.Inputs);

    /// <summary>Whether what its layers put out can be seen on all paths.</summary>
    public bool ShowsOutputs => Known.All(use => use.Outputs.Count > 0);

    /// <summary>Weights whose layers meet the same inputs have the same key.</summary>
    public string Key => string.Join(" or ", OnPaths.Select(use => use is null ? "" : KeyOf(use)));

    private static string KeyOf(LinearUse use) =>
        FormattableString.Invariant(
            $"{use.Layout.Inputs} {use.Layout.Groups} {string.Join(" and ", use.Inputs.Select(input => input.Key).Order(StringComparer.Ordinal))}");
}
