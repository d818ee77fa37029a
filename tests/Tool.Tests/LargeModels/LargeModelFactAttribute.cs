using System.Globalization;

namespace CompressTasks.Tool.Tests.LargeModels;

/// <summary>A fact about a model of gigabytes, which runs on demand only: it takes minutes, 9 GB of memory and 11 GB of disk.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LargeModelFactAttribute : FactAttribute
{
    private const string Variable = "COMPRESSTASKS_LARGE";

    private const int UsualMebibytes = 3072;

    public LargeModelFactAttribute()
    {
        if (Mebibytes == 0)
            Skip = $"It takes minutes, 9 GB of memory and 11 GB in the temporary folder. Set {Variable}=1 to run it with a model of {UsualMebibytes} MiB, or to another number of MiB from 24 up.";
    }

    /// <summary>The size of the model; 0 when nobody asked for one.</summary>
    public static int Mebibytes =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value == 1 ? UsualMebibytes : value
        : 0;
}
