using System.Globalization;

namespace CompressTasks.Core.Tests.Reporting;

/// <summary>A culture that writes 1.234,5 for 1,234.5; made by hand, because these tests run without the system's cultures.</summary>
internal static class InGermany
{
    public static void Run(Action action)
    {
        var before = CultureInfo.CurrentCulture;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        german.NumberFormat.NumberGroupSeparator = ".";
        german.NumberFormat.NegativeSign = "−";
        try
        {
            CultureInfo.CurrentCulture = german;
            1.5.ToString(german).ShouldBe("1,5");
            action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
