using CompressTasks.Media;
using CompressTasks.Outputs.Samples;
using CompressTasks.Outputs.Samples.Media;

namespace CompressTasks.Benchmarks.Calibration;

/// <summary>Squares cut out of photographs of Debian's <c>opencv-doc</c> and <c>mate-backgrounds</c>, at several places and scales.</summary>
/// <param name="side">Pixels of a square.</param>
/// <param name="scales">The shorter side of the photograph, in sides of the square.</param>
/// <param name="tensor">Makes the model's input of red, green and blue, pixel by pixel.</param>
internal sealed class Photographs(int side, IReadOnlyList<double> scales, Func<byte[], float[]> tensor)
{
    public const string Packages = "opencv-doc mate-backgrounds";
    private const string Examples = "/usr/share/doc/opencv-doc/examples/data";
    private const string Nature = "/usr/share/backgrounds/mate/nature";

    /// <summary>Where the square lies in what the photograph has beyond it, from 0 to 1.</summary>
    private static readonly IReadOnlyList<double> _places = [0.5, 0.1, 0.9];

    private static readonly string[] _extensions = [".jpg", ".png"];

    private static readonly IReadOnlyList<string> _paths =
    [
        .. new[]
        {
            "aero1", "aloeL", "apple", "baboon", "board", "building", "butterfly", "chicky_512", "fruits", "graf1", "home", "leuvenA",
            "licenseplate_motion", "messi5", "orange", "rubberwhale1", "smarties", "squirrel_cls", "stuff", "basketball1", "left01",
        }.Select(name => Path.Combine(Examples, name)),
        .. new[]
        {
            "Aqua", "Blinds", "Dune", "FreshFlower", "Garden", "GreenMeadow", "LadyBird", "RainDrops", "Storm", "TwoWings", "Wood", "YellowFlower",
        }.Select(name => Path.Combine(Nature, name)),
    ];

    /// <summary>Writes sets of samples that share no photograph.</summary>
    /// <param name="paths">A file for each set.</param>
    /// <param name="count">Samples of a set.</param>
    /// <param name="input">The model's input.</param>
    public void Write(IReadOnlyList<string> paths, int count, string input)
    {
        foreach (var (set, path) in paths.Index())
        {
            // One of each photograph, then the next of each.
            var own = _paths.Where((_, index) => index % paths.Count == set).ToList();
            var chosen = _places.SelectMany(place => scales.SelectMany(scale => own.Select(photograph => (photograph, scale, place)))).Take(count);
            using var writer = new SampleWriter(path);
            foreach (var (photograph, scale, place) in chosen)
                writer.Add(input, tensor(Cut(photograph, scale, place)), [1, 3, side, side]);
            writer.Save();
        }
    }

    private byte[] Cut(string photograph, double scale, double place)
    {
        var path = _extensions.Select(extension => photograph + extension).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{photograph} was not found: apt-get install {Packages}.");
        var image = new ImageDecoder().Read(path, (width, height) =>
        {
            var factor = scale * side / Math.Min(width, height);
            return (Math.Max(side, (int)Math.Round(width * factor)), Math.Max(side, (int)Math.Round(height * factor)));
        });
        var (left, top) = ((int)(place * (image.Width - side)), (int)(place * (image.Height - side)));
        return [.. Enumerable.Range(top, side).SelectMany(row => image.Pixels.Skip(3 * ((row * image.Width) + left)).Take(3 * side))];
    }
}
