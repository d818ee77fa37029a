using System.Globalization;

namespace CompressTasks.Onnx;

/// <summary>
/// Gives every weight of a model a path of its own: a second one of the same name gets <c>#2</c>, a third one <c>#3</c>, in file order.
/// </summary>
internal sealed class PathNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    public string Take(string path)
    {
        var number = _uses.GetValueOrDefault(path);
        string unique;
        do
        {
            number++;
            unique = number == 1 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}#{number}");
        }
        while (!_taken.Add(unique));
        _uses[path] = number;
        return unique;
    }
}
