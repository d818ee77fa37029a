using System.Globalization;
using System.Text;
using Microsoft.Build.Utilities;

namespace CompressTasks.Tasks;

/// <summary>
/// Items of files. MSBuild takes what it is given for escaped: <c>c%20d.onnx</c> would become <c>c d.onnx</c>, and <c>$(x)</c> the value of x.
/// </summary>
internal static class EscapedItem
{
    private const string Special = "%*?@$();'";

    /// <param name="path">As the file system has it.</param>
    public static TaskItem Of(string path) => new(Escape(path));

    public static string Escape(string text)
    {
        if (text.IndexOfAny([.. Special]) < 0)
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var letter in text)
        {
            if (Special.IndexOf(letter) < 0)
                escaped.Append(letter);
            else
                escaped.Append('%').Append(((int)letter).ToString("x2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}
