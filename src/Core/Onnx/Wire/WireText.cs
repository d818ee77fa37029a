using System.Text;
using CompressTasks.IO;

namespace CompressTasks.Onnx.Wire;

internal static class WireText
{
    /// <summary>A string field's value.</summary>
    public static string Text(this MappedFile file, in WireField field) => Encoding.UTF8.GetString(file.Slice(field.Start, field.Length));
}
