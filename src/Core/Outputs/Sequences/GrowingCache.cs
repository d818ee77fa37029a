using System.Text.RegularExpressions;

namespace CompressTasks.Outputs.Sequences;

/// <summary>Tells by names and axes that a state becomes longer with every run, such as the keys and values of earlier tokens.</summary>
internal static partial class GrowingCache
{
    /// <returns>The axis that grows; null when none does, as far as can be told.</returns>
    public static int? Axis(ModelInput input, ModelInput output)
    {
        if (!PastSide().IsMatch(input.Name))
            return null;
        var open = Enumerable.Range(0, input.Shape.Count).Where(axis => input.Shape[axis] < 0 && output.Shape[axis] < 0).ToList();
        // A batch has one name on both sides. Where nothing has a name, the first open axis is the batch.
        var growing = open.Where(axis => input.Symbols[axis].Length > 0 ? input.Symbols[axis] != output.Symbols[axis] : axis != open[0]).ToList();
        return growing.Count > 0 ? growing[^1] : null;
    }

    [GeneratedRegex("past|cache", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PastSide();
}
